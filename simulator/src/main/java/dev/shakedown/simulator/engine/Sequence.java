package dev.shakedown.simulator.engine;

import java.util.BitSet;

/** A request inside the scheduler; one for its whole life. */
final class Sequence {
    private static final long NEVER = -1;

    final Generation generation;
    final TokenSink sink;
    final long arrivedNanos;

    /** Of the blocks of its prompt, those that are in the prefix cache. */
    final BitSet cachedBlocks = new BitSet();

    /** Tokens whose keys and values are in the KV cache. */
    int computed;

    /** Tokens that were sent out. */
    int produced;

    /** Of its prompt, the tokens that were found when it was admitted first. */
    int foundTokens;

    int preemptions;

    /** KV blocks that it holds. */
    int blocks;

    /** In a batch that has not ended. */
    boolean inFlight;

    boolean ended;
    long admittedNanos = NEVER;
    long firstTokenNanos;
    long lastTokenNanos;

    /** State of the generator of its token ids. */
    long random;

    Sequence(Generation generation, TokenSink sink, long arrivedNanos) {
        this.generation = generation;
        this.sink = sink;
        this.arrivedNanos = arrivedNanos;
        this.random = generation.seed();
    }

    /** Prompt, and what was produced: all that a preempted request computes again. */
    int known() {
        return generation.promptTokens() + produced;
    }

    boolean wasAdmitted() {
        return admittedNanos != NEVER;
    }

    /** The next step gives one token, and computes no more than one. */
    boolean decodes() {
        return produced > 0 && computed == known() - 1;
    }
}
