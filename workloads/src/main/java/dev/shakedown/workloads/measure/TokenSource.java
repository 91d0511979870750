package dev.shakedown.workloads.measure;

/** What a request's output token count was taken from, most exact first. */
public enum TokenSource {
    /** The server's running count in every chunk: exact, and exact in time. */
    CONTINUOUS_USAGE("continuous_usage"),
    /** The server's count in the last chunk: exact in number, chunks placed as one token each. */
    USAGE("usage"),
    /** The token ids in the chunks. */
    TOKEN_IDS("token_ids"),
    /** Chunks with content, counted as one token each: too few where a chunk carries several. */
    CHUNKS("chunks"),
    /** No token arrived. */
    NONE("");

    private final String key;

    TokenSource(String key) {
        this.key = key;
    }

    /** The name in {@code requests.csv.gz}, where the tokens of the first chunk may follow it. */
    public String key() {
        return key;
    }
}
