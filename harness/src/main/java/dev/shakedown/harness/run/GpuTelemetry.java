package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.gpu.GpuReadings;
import dev.shakedown.harness.cluster.gpu.GpuSource;
import dev.shakedown.workloads.measure.RunClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the GPUs beside a load, on a thread of its own: a source that is slow, broken or absent
 * costs the load nothing. The first source that answers is kept.
 */
final class GpuTelemetry implements AutoCloseable {
    private static final Duration FIRST_ANSWER = Duration.ofSeconds(8);
    private static final Duration ASK_AGAIN = Duration.ofMillis(250);
    private static final Duration END_WITHIN = Duration.ofSeconds(4);

    private final RunClock clock;
    private final Deque<GpuSource> untried;
    private final GpuRecord record = new GpuRecord();
    private Optional<GpuSource> source = Optional.empty();
    private Optional<Thread> thread = Optional.empty();
    private long triedSinceNanos = System.nanoTime();
    private volatile boolean closed;

    /** Reads when it is told to; the sources are closed with it. */
    GpuTelemetry(RunClock clock, List<GpuSource> sources) {
        this.clock = clock;
        this.untried = new ArrayDeque<>(sources);
        if (sources.isEmpty()) {
            record.misses("nothing tells of GPUs here; cluster.dcgmExporter can name what does");
        }
    }

    /** From now on it reads by itself, at the source's pace. */
    void begin() {
        thread = Optional.of(Thread.ofPlatform().daemon().name("shakedown-gpus").start(this::loop));
    }

    /** Looks once. */
    synchronized void read() {
        while (source.isEmpty() && !untried.isEmpty()) {
            GpuReadings first = look(untried.getFirst());
            if (!first.gpus().isEmpty()) {
                source = Optional.of(untried.removeFirst());
                record.takenFrom(source.get().name());
                keep(first);
                return;
            }
            if (first.troubles().isEmpty() && !isLate()) {
                return;
            }
            giveUp(first);
        }
        source.map(GpuTelemetry::look).ifPresent(this::keep);
    }

    /** Whatever a source has not foreseen is its own trouble and not the load's. */
    private static GpuReadings look(GpuSource source) {
        try {
            return source.read();
        } catch (RuntimeException unforeseen) {
            return new GpuReadings(List.of(), List.of(source.name() + ": " + unforeseen));
        }
    }

    private boolean isLate() {
        return System.nanoTime() - triedSinceNanos > FIRST_ANSWER.toNanos();
    }

    private void giveUp(GpuReadings first) {
        GpuSource silent = untried.removeFirst();
        first.troubles().forEach(record::misses);
        if (first.troubles().isEmpty()) {
            record.misses(
                    "%s said nothing for %d s".formatted(silent.name(), FIRST_ANSWER.toSeconds()));
        }
        silent.close();
        triedSinceNanos = System.nanoTime();
    }

    private void keep(GpuReadings read) {
        record.add(clock.nowNs(), read.gpus());
        if (!closed) {
            read.troubles().forEach(record::misses);
        }
    }

    /** What was read; complete once this is closed. */
    GpuRecord record() {
        return record;
    }

    /** Whoever interrupts: what was read so far must be kept. */
    @Override
    public void close() {
        closed = true;
        thread.ifPresent(Thread::interrupt);
        boolean interrupted = Thread.interrupted();
        try {
            if (thread.isPresent() && !thread.get().join(END_WITHIN)) {
                record.misses("a look at the GPUs did not end");
                return;
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        end();
    }

    private void end() {
        source.ifPresent(GpuSource::close);
        untried.forEach(GpuSource::close);
    }

    private void loop() {
        while (!closed && (source.isPresent() || !untried.isEmpty())) {
            read();
            pause();
        }
        // An error that ended the load came after the last look.
        boolean _ = Thread.interrupted();
        source.ifPresent(_ -> read());
    }

    private void pause() {
        try {
            Thread.sleep(source.map(GpuSource::period).orElse(ASK_AGAIN));
        } catch (InterruptedException over) {
            // It is closed.
            closed = true;
        }
    }
}
