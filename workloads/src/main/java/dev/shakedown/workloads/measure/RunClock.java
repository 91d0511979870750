package dev.shakedown.workloads.measure;

import java.time.Instant;

/**
 * The one clock of a run: wall time of its start, and monotonic nanoseconds since then.
 *
 * @param originNanos {@link System#nanoTime()} at {@code startedAt}
 */
public record RunClock(Instant startedAt, long originNanos) {

    /** A clock that starts now. */
    public static RunClock startNow() {
        return new RunClock(Instant.now(), System.nanoTime());
    }

    /** Nanoseconds since {@code startedAt}. */
    public long nowNs() {
        return System.nanoTime() - originNanos;
    }
}
