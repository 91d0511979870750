package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.RunClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The thread that makes the seconds of a real load. */
final class Ticker implements AutoCloseable {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final Duration JOIN = Duration.ofSeconds(10);

    private final Seconds seconds;
    private final RunClock clock;
    private final long startNs;
    private final Servers servers;
    private final Runnable onFailure;
    private final Thread thread;
    private volatile boolean closed;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /** Ticks until it is closed; {@code onFailure} is told when it cannot go on. */
    Ticker(Seconds seconds, RunClock clock, long startNs, Servers servers, Runnable onFailure) {
        this.seconds = seconds;
        this.clock = clock;
        this.startNs = startNs;
        this.servers = servers;
        this.onFailure = onFailure;
        thread = Thread.ofPlatform().daemon().name("shakedown-ticker").start(this::loop);
    }

    /** Why ticking ended early, as a full disk. */
    Optional<RuntimeException> failure() {
        return failure;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(JOIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void loop() {
        long next = startNs + SECOND_NS;
        try {
            while (!closed) {
                long left = next - clock.nowNs();
                if (left > 0) {
                    LockSupport.parkNanos(left);
                } else {
                    servers.metrics((page, label) -> seconds.keep(page, label, () -> closed));
                    seconds.tick();
                    // After a stall the seconds that were missed are not made up for: two ticks
                    // at once would divide by no time at all.
                    next += Math.max(1, Math.ceilDiv(clock.nowNs() - next, SECOND_NS)) * SECOND_NS;
                }
            }
        } catch (RuntimeException e) {
            // A task's boundary: the generator stops the load and throws it on its own thread.
            failure = Optional.of(e);
            onFailure.run();
        }
    }
}
