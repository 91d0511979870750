package dev.shakedown.simulator.exact;

import java.time.Duration;

/**
 * When tokens are due: the first {@code ttft} after the request was read, each further one {@code
 * itl} after the one before was due. Both zero: as fast as they can be written.
 */
public record ExactTimes(Duration ttft, Duration itl) {
    public ExactTimes {
        if (ttft.isNegative() || itl.isNegative()) {
            throw new IllegalArgumentException("ttft and itl must not be negative");
        }
    }

    /** Nanoseconds from arrival to when the last of some tokens is due. */
    long dueNanos(int tokens) {
        return ttft.toNanos() + (tokens - 1) * itl.toNanos();
    }
}
