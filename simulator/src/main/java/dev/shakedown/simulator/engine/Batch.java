package dev.shakedown.simulator.engine;

import java.util.Arrays;

/** What one step computes: some tokens of some requests. Made once and filled again and again. */
final class Batch {
    private final Sequence[] sequences;
    private final int[] tokens;
    private int size;
    private int totalTokens;
    private double cachedTokens;
    private double prefillPairs;
    private boolean prefill;

    /** When it leaves the last stage. */
    long endNanos;

    Batch(int maxNumSeqs) {
        this.sequences = new Sequence[maxNumSeqs];
        this.tokens = new int[maxNumSeqs];
    }

    void clear() {
        Arrays.fill(sequences, 0, size, null);
        size = 0;
        totalTokens = 0;
        cachedTokens = 0;
        prefillPairs = 0;
        prefill = false;
    }

    void add(Sequence sequence, int count) {
        sequences[size] = sequence;
        tokens[size++] = count;
        totalTokens += count;
        sequence.inFlight = true;
        if (sequence.decodes()) {
            cachedTokens += sequence.computed + 1;
        } else {
            prefill = true;
            prefillPairs += count * (sequence.computed + count / 2.0);
        }
    }

    int size() {
        return size;
    }

    Sequence sequence(int index) {
        return sequences[index];
    }

    int tokens(int index) {
        return tokens[index];
    }

    int totalTokens() {
        return totalTokens;
    }

    /** Seconds on one stage. */
    double seconds(StepTime time) {
        return time.seconds(totalTokens, cachedTokens, prefillPairs, prefill);
    }
}
