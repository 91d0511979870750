package dev.shakedown.workloads.load;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * Requests that were recorded somewhere.
 *
 * @param file where they were read
 * @param limit no more of the file's requests than these were read
 * @param leftOut requests without tokens, which cannot be sent again
 * @param requests at least one, in the order of their times, the first at 0
 */
public record Trace(String file, int limit, int leftOut, List<TraceRequest> requests) {
    /** Of a block of the Mooncake traces (its paper, arXiv:2407.00079, section 4). */
    public static final int BLOCK_TOKENS = 512;

    public Trace {
        if (requests.isEmpty()) {
            throw new IllegalArgumentException("a trace needs at least one request");
        }
        requests = List.copyOf(requests);
    }

    /** Of requests in any order, by any clock. */
    public static Trace of(String file, int limit, int leftOut, List<TraceRequest> recorded) {
        // A stable sort: requests of one moment stay in the file's order.
        List<TraceRequest> sorted =
                recorded.stream().sorted(Comparator.comparingLong(TraceRequest::atNs)).toList();
        long startNs = sorted.getFirst().atNs();
        return new Trace(
                file,
                limit,
                leftOut,
                sorted.stream().map(request -> request.after(startNs)).toList());
    }

    /** The prompts' lengths, in the order of the requests. */
    public TokenLengths inputTokens() {
        return new TokenLengths.Listed(
                TokenLengths.Listed.TRACE,
                requests.stream().map(TraceRequest::inputTokens).toList());
    }

    /** The answers' lengths, in the order of the requests. */
    public TokenLengths outputTokens() {
        return new TokenLengths.Listed(
                TokenLengths.Listed.TRACE,
                requests.stream().map(TraceRequest::outputTokens).toList());
    }

    /** What the prompts are made of: the trace's blocks, where it tells of any. */
    public PromptText text() {
        List<List<Long>> blocks = requests.stream().map(TraceRequest::blocks).toList();
        return blocks.stream().allMatch(List::isEmpty)
                ? new PromptText.Words()
                : new PromptText.Blocks(blocks);
    }

    /**
     * Without what comes after a time, but for the first request there, which tells that the trace
     * goes on.
     */
    public Trace until(Duration end) {
        long within = requests.stream().filter(request -> request.atNs() < end.toNanos()).count();
        return new Trace(file, limit, leftOut, requests.stream().limit(within + 1).toList());
    }
}
