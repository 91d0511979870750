package dev.shakedown.workloads.load;

import java.time.Duration;
import java.util.Arrays;

/** The intended times of an open loop, drawn before the first request is sent. */
final class Schedule {
    /** 8 bytes each; a longer schedule is a mistake in the plan's rate or duration. */
    static final int MAX_REQUESTS = 10_000_000;

    private final long[] offsetsNs;

    private Schedule(long[] offsetsNs) {
        this.offsetsNs = offsetsNs;
    }

    /** Every time before {@code length}. */
    static Schedule draw(FireTimes times, Duration length) {
        long endNs = length.toNanos();
        long[] drawn = new long[1024];
        int size = 0;
        for (long next = times.nextNs(); next < endNs; next = times.nextNs()) {
            if (size == MAX_REQUESTS) {
                throw new IllegalArgumentException(
                        "the plan draws more than " + MAX_REQUESTS + " requests");
            }
            if (size == drawn.length) {
                drawn = Arrays.copyOf(drawn, size * 2);
            }
            drawn[size++] = next;
        }
        return new Schedule(Arrays.copyOf(drawn, size));
    }

    int size() {
        return offsetsNs.length;
    }

    long offsetNs(int index) {
        return offsetsNs[index];
    }

    /** How many are intended at {@code fromNs} or later. */
    int countFrom(long fromNs) {
        int at = Arrays.binarySearch(offsetsNs, fromNs);
        int first = at >= 0 ? at : -at - 1;
        while (first > 0 && offsetsNs[first - 1] == fromNs) {
            first--;
        }
        return offsetsNs.length - first;
    }
}
