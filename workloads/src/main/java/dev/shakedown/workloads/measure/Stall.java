package dev.shakedown.workloads.measure;

/**
 * A time in which the client itself stood still, found by a thread that sleeps and wakes too late.
 *
 * @param startNs since the run's start
 * @param cause {@code gc} if a collector's pause falls into it, else {@code scheduling}
 */
public record Stall(long startNs, long durationNs, String cause) {

    /** Whether the moment falls into the stall or so shortly after it that it was delayed by it. */
    public boolean delays(long ns) {
        return ns >= startNs && ns <= startNs + durationNs + 1_000_000;
    }
}
