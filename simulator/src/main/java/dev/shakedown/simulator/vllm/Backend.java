package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.engine.Generation;
import dev.shakedown.simulator.engine.TokenSink;
import java.util.Optional;

/** What makes the tokens behind vLLM's surface. Used on the event loop only. */
public interface Backend {

    /** What is served now; empty while nothing is. */
    Optional<SimulatedEngine> serving();

    /** Takes a request; what is returned aborts it, which does nothing once it has ended. */
    Runnable submit(Submission submission);

    /** Requests inside. */
    int load();

    /** Forgets prompts that no running request uses. */
    void resetPrefixCache();

    /** The page {@code /metrics}. */
    String metrics();

    /**
     * A request that is legal.
     *
     * @param number from 0, in the order of arrival
     * @param arrivedNanos of {@link System#nanoTime}, when its last byte was read
     * @param stream whether each token is written when it is there
     */
    record Submission(
            long number,
            long arrivedNanos,
            boolean stream,
            Generation generation,
            TokenSink sink) {}
}
