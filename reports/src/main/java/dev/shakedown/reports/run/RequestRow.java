package dev.shakedown.reports.run;

import java.util.OptionalLong;

/**
 * One line of {@code requests.csv.gz}. Times are nanoseconds since the run's {@code startedAt};
 * {@link #NEVER} stands for what did not happen.
 *
 * @param tokenSource what the output tokens were counted from ({@code continuous_usage}, {@code
 *     usage}, {@code token_ids}, {@code chunks}); {@code :k} behind it says that the first chunk
 *     carried k tokens, one without it
 */
public record RequestRow(
        long id,
        String phase,
        long intendedNs,
        long sentNs,
        long headersNs,
        long firstEventNs,
        long firstTokenNs,
        long firstContentNs,
        long lastTokenNs,
        long streamEndNs,
        long inputTokens,
        long outputTokens,
        String tokenSource,
        String outcome,
        String status,
        String error) {

    /** The value of a time or count that the file leaves empty. */
    public static final long NEVER = Long.MIN_VALUE;

    /** Whether the request ended as it should. */
    public boolean completed() {
        return outcome.equals("Completed");
    }

    /** Whether it belongs to the measured part of the load. */
    public boolean measured() {
        return phase.equals("measure");
    }

    /** The time between two of its moments, if both happened. */
    public static OptionalLong between(long fromNs, long toNs) {
        return fromNs == NEVER || toNs == NEVER
                ? OptionalLong.empty()
                : OptionalLong.of(toNs - fromNs);
    }
}
