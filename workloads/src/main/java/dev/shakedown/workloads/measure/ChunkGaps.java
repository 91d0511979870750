package dev.shakedown.workloads.measure;

import java.util.Arrays;

/**
 * The gaps between one request's token chunks in nanoseconds. Written by the one thread that reads
 * the stream, so that the hot path takes no lock; merged into the histograms when the request ends.
 */
public final class ChunkGaps {
    private static final long[] EMPTY = {};

    private long[] gaps = EMPTY;
    private int size;

    public void add(long gapNs) {
        if (size == gaps.length) {
            gaps = Arrays.copyOf(gaps, Math.max(64, size * 2));
        }
        gaps[size++] = gapNs;
    }

    public int size() {
        return size;
    }

    /** The gap with this index, 0 the earliest. */
    public long get(int index) {
        return gaps[index];
    }
}
