package dev.shakedown.workloads.measure;

import java.util.OptionalLong;

/**
 * One request as it happened. Times are nanoseconds since the run's start; {@link #NEVER} stands
 * for what did not happen.
 *
 * @param inputTokens the server's count, or the drawn length where the server said nothing
 * @param firstChunkTokens tokens that arrived together with the first one
 * @param status HTTP status, 0 without an answer
 * @param error what went wrong in words, empty if nothing did
 * @param turn where it stands in a session
 * @param endpoint which of several it went to, from 1 on; 0 where there is one
 */
public record RequestRecord(
        long id,
        Phase phase,
        long intendedNs,
        Times times,
        int inputTokens,
        int outputTokens,
        int firstChunkTokens,
        TokenSource tokenSource,
        Outcome outcome,
        int status,
        String error,
        Turn turn,
        int endpoint) {

    /** The time of what never happened. */
    public static final long NEVER = Long.MIN_VALUE;

    /**
     * A turn of a session.
     *
     * @param session from 0 on; negative where there are no sessions
     * @param number from 1 on
     */
    public record Turn(long session, int number) {
        /** Of a load without sessions. */
        public static final Turn NONE = new Turn(-1, 0);

        /** Whether there are sessions. */
        public boolean inSession() {
            return session >= 0;
        }
    }

    /** When the parts of the answer were seen, in the order in which they normally come. */
    public record Times(
            long sentNs,
            long headersNs,
            long firstEventNs,
            long firstTokenNs,
            long firstContentNs,
            long lastTokenNs,
            long streamEndNs) {

        /** Of a request that was never sent. */
        public static final Times NONE = new Times(NEVER, NEVER, NEVER, NEVER, NEVER, NEVER, NEVER);
    }

    /**
     * The request's value of a metric in nanoseconds. Latencies exist for completed requests only,
     * the send delay for every request that was sent; {@link Metric#ICL} has no value a request.
     */
    public OptionalLong valueOf(Metric metric) {
        if (metric == Metric.SEND_DELAY) {
            return times.sentNs() == NEVER
                    ? OptionalLong.empty()
                    : OptionalLong.of(times.sentNs() - intendedNs);
        }
        if (!(outcome instanceof Outcome.Completed)) {
            return OptionalLong.empty();
        }
        return switch (metric) {
            case TTFT -> OptionalLong.of(times.firstTokenNs() - times.sentNs());
            case TTFT_INTENDED -> OptionalLong.of(times.firstTokenNs() - intendedNs);
            case E2E -> OptionalLong.of(times.lastTokenNs() - times.sentNs());
            case E2E_INTENDED -> OptionalLong.of(times.lastTokenNs() - intendedNs);
            case TPOT -> tpot();
            case ICL, SEND_DELAY -> OptionalLong.empty();
        };
    }

    private OptionalLong tpot() {
        int later = outputTokens - firstChunkTokens;
        return later < 1
                ? OptionalLong.empty()
                : OptionalLong.of((times.lastTokenNs() - times.firstTokenNs()) / later);
    }
}
