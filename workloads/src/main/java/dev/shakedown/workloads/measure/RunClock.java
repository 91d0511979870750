package dev.shakedown.workloads.measure;

import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * The one clock of a run: wall time of its start, and monotonic nanoseconds since then.
 *
 * @param elapsedNs nanoseconds since {@code startedAt}
 */
public record RunClock(Instant startedAt, LongSupplier elapsedNs) {

    /**
     * A clock of this machine.
     *
     * @param originNanos {@link System#nanoTime()} at {@code startedAt}
     */
    public RunClock(Instant startedAt, long originNanos) {
        this(startedAt, () -> System.nanoTime() - originNanos);
    }

    /** A clock that starts now. */
    public static RunClock startNow() {
        return new RunClock(Instant.now(), System.nanoTime());
    }

    /** Nanoseconds since {@code startedAt}. */
    public long nowNs() {
        return elapsedNs.getAsLong();
    }
}
