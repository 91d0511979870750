package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.ChunkGaps;
import java.util.Arrays;

/**
 * The durations of the engine's steps as its streams show them. All streams of an engine get their
 * next token at the end of the same step, so that their gaps are copies of one duration: the
 * samples of the inter-chunk latency are steps, not gaps. One stream after the other is taken as
 * the witness, each beginning after the last one's end. Several replicas have steps of their own;
 * they count as one here, which is too few, never too many.
 */
final class StepTimes {
    private long[] steps = new long[1024];
    private int size;
    private long beganNs;
    private long endNs = Long.MIN_VALUE;
    private long lastNs = Long.MIN_VALUE;
    private long witnessedNs;

    /** A request that completed; they come in the order of their ends, or nearly so. */
    void add(long firstTokenNs, long lastTokenNs, ChunkGaps gaps) {
        lastNs = Math.max(lastNs, lastTokenNs);
        if (firstTokenNs < endNs || gaps.size() == 0) {
            return;
        }
        beganNs = size == 0 ? firstTokenNs : beganNs;
        endNs = lastTokenNs;
        witnessedNs += lastTokenNs - firstTokenNs;
        if (size + gaps.size() > steps.length) {
            steps = Arrays.copyOf(steps, Math.max(steps.length * 2, size + gaps.size()));
        }
        for (int i = 0; i < gaps.size(); i++) {
            steps[size++] = gaps.get(i);
        }
    }

    /** In nanoseconds, in the order of their time. */
    long[] witnessed() {
        return Arrays.copyOf(steps, size);
    }

    /** How many steps there were for each one that was witnessed; at least 1. */
    double unseen() {
        return witnessedNs == 0 ? 1 : Math.max(1, (double) (lastNs - beganNs) / witnessedNs);
    }
}
