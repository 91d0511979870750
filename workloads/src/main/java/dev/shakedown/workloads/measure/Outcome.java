package dev.shakedown.workloads.measure;

/** How one request ended. Every request that was offered has exactly one outcome. */
public sealed interface Outcome {

    /** The stream ended with {@code [DONE]} and carried at least one token. */
    record Completed() implements Outcome {}

    /** The server answered with an HTTP status other than 200. */
    record Refused(int status) implements Outcome {}

    /** The request had not ended within the plan's request timeout. */
    record TimedOut() implements Outcome {}

    /** The stream ended in order, or in mid-chunk, without {@code [DONE]}. */
    record Truncated() implements Outcome {}

    /**
     * The exchange failed.
     *
     * @param reason one short word: {@code connect}, {@code reset}, {@code empty}, {@code overrun},
     *     {@code error event}, {@code malformed event}, {@code oversize event}
     */
    record Broken(String reason) implements Outcome {}

    /** Shakedown gave the request up: the drain's deadline, a stop, or never sent. */
    record Cancelled() implements Outcome {}

    /** The kind alone, as in {@code requests.csv.gz}. */
    default String kind() {
        return switch (this) {
            case Completed() -> "Completed";
            case Refused(int status) -> "Refused";
            case TimedOut() -> "TimedOut";
            case Truncated() -> "Truncated";
            case Broken(String reason) -> "Broken";
            case Cancelled() -> "Cancelled";
        };
    }

    /**
     * The kind with its status or reason, as in {@code Refused(503)}: the key in outcome counts.
     */
    default String label() {
        return switch (this) {
            case Refused(int status) -> "Refused(" + status + ")";
            case Broken(String reason) -> "Broken(" + reason + ")";
            case Completed _, TimedOut _, Truncated _, Cancelled _ -> kind();
        };
    }
}
