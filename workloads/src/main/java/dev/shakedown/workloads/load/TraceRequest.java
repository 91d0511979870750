package dev.shakedown.workloads.load;

import java.util.List;

/**
 * One request of a trace.
 *
 * @param atNs nanoseconds after the trace's first request
 * @param inputTokens of the prompt
 * @param outputTokens of the answer
 * @param blocks ids of the prompt's leading blocks of {@link Trace#BLOCK_TOKENS} tokens: requests
 *     with the same id have the same tokens there; empty where the trace does not tell
 */
public record TraceRequest(long atNs, int inputTokens, int outputTokens, List<Long> blocks) {
    public TraceRequest {
        blocks = List.copyOf(blocks);
    }

    TraceRequest after(long startNs) {
        return new TraceRequest(atNs - startNs, inputTokens, outputTokens, blocks);
    }
}
