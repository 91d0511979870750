package dev.shakedown.simulator.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * vLLM V1's scheduler. Each step has a budget of tokens. Running requests come first, in the order
 * in which they were admitted: one token where a request decodes, what is left of its prompt where
 * it does not. Where KV blocks run out, the last running request loses all of its blocks and goes
 * to the head of those that wait, to be computed again. Only if none did, waiting requests are
 * admitted in their order, the last one's prompt in chunks.
 *
 * <p>Source: vLLM's {@code v1/core/sched/scheduler.py} as of 2026-05. A request in a batch that is
 * still in the pipeline is left out, and never preempted: vLLM may preempt it and drop the output.
 */
final class Scheduler {
    private final int maxNumSeqs;
    private final int maxBatchedTokens;
    private final KvCache cache;
    private final ArrayDeque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private long preemptions;

    Scheduler(int maxNumSeqs, int maxBatchedTokens, KvCache cache) {
        this.maxNumSeqs = maxNumSeqs;
        this.maxBatchedTokens = maxBatchedTokens;
        this.cache = cache;
    }

    void add(Sequence sequence) {
        waiting.add(sequence);
    }

    /** Takes a request out, wherever it is. */
    void remove(Sequence sequence) {
        if (running.remove(sequence)) {
            cache.release(sequence);
        } else {
            waiting.remove(sequence);
        }
    }

    int running() {
        return running.size();
    }

    int waiting() {
        return waiting.size();
    }

    long preemptions() {
        return preemptions;
    }

    /**
     * Fills the next step.
     *
     * @param nowNanos noted as the time of admission
     * @return whether there is anything in it
     */
    boolean schedule(Batch batch, long nowNanos) {
        batch.clear();
        long before = preemptions;
        int budget = run(batch);
        if (preemptions == before) {
            admit(batch, budget, nowNanos);
        }
        return batch.size() > 0;
    }

    private int run(Batch batch) {
        int budget = maxBatchedTokens;
        for (int i = 0; i < running.size() && budget > 0; i++) {
            Sequence sequence = running.get(i);
            if (!sequence.inFlight) {
                int count = Math.min(sequence.known() - sequence.computed, budget);
                if (!makeRoom(sequence, sequence.computed + count)) {
                    return budget;
                }
                batch.add(sequence, count);
                budget -= count;
            }
        }
        return budget;
    }

    /** Preempts from the end until there is room; false if the request itself had to go. */
    private boolean makeRoom(Sequence sequence, int tokens) {
        while (!cache.grow(sequence, tokens)) {
            Sequence victim = lastIdle();
            preempt(victim);
            if (victim == sequence) {
                return false;
            }
        }
        return true;
    }

    private Sequence lastIdle() {
        return running.reversed().stream().filter(s -> !s.inFlight).findFirst().orElseThrow();
    }

    private void preempt(Sequence victim) {
        preemptions++;
        victim.preemptions++;
        running.remove(victim);
        cache.release(victim);
        waiting.addFirst(victim);
    }

    private void admit(Batch batch, int left, long nowNanos) {
        int budget = left;
        while (budget > 0 && running.size() < maxNumSeqs && !waiting.isEmpty()) {
            Sequence sequence = waiting.getFirst();
            int cached = cache.cached(sequence);
            int count = Math.min(sequence.known() - cached, budget);
            if (!cache.admit(sequence, cached, cached + count)) {
                return;
            }
            waiting.removeFirst();
            running.add(sequence);
            if (!sequence.wasAdmitted()) {
                sequence.admittedNanos = nowNanos;
                sequence.foundTokens = cached;
            }
            batch.add(sequence, count);
            budget -= count;
        }
    }
}
