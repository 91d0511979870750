package dev.shakedown.harness.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether an engine that starts still does something: it writes lines, or the memory used on its
 * GPUs changes. Ranks that wait for each other do neither, for as long as one lets them.
 */
final class Silence {
    /** Of the time allowed: no need to ask about memory while lines come. */
    private static final int ASK_AFTER = 10;

    private final Duration most;
    private final Supplier<OptionalLong> gpuMemory;
    private final LongSupplier nanoTime;
    private long heardNanos;
    private long askedNanos;
    private long lines;
    private OptionalLong memory = OptionalLong.empty();

    /**
     * @param most that is normal
     * @param gpuMemory that is used; empty where it cannot be read
     */
    Silence(Duration most, Supplier<OptionalLong> gpuMemory, LongSupplier nanoTime) {
        this.most = most;
        this.gpuMemory = gpuMemory;
        this.nanoTime = nanoTime;
        this.heardNanos = nanoTime.getAsLong();
        this.askedNanos = heardNanos;
    }

    /**
     * Whether it has lasted too long.
     *
     * @param linesSoFar of the engine's log
     */
    boolean tooLong(long linesSoFar) {
        long now = nanoTime.getAsLong();
        if (linesSoFar != lines) {
            lines = linesSoFar;
            heardNanos = now;
            askedNanos = now;
        } else if (now - askedNanos >= most.toNanos() / ASK_AFTER) {
            askedNanos = now;
            look(now);
        }
        return now - heardNanos > most.toNanos();
    }

    private void look(long now) {
        OptionalLong used = gpuMemory.get();
        if (used.isPresent() && !used.equals(memory)) {
            boolean first = memory.isEmpty();
            memory = used;
            // The first look is compared with nothing.
            heardNanos = first ? heardNanos : now;
        }
    }

    /** When it began. */
    Instant since(Instant now) {
        return now.minusNanos(nanoTime.getAsLong() - heardNanos);
    }

    /** What was looked at. */
    String looked() {
        return memory.isPresent()
                ? "has written no line, and no GPU's memory has changed,"
                : "has written no line";
    }

    Duration most() {
        return most;
    }
}
