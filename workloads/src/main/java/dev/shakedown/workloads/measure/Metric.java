package dev.shakedown.workloads.measure;

/** The latency metrics of design section 4; each value is in nanoseconds. */
public enum Metric {
    /** First token − sent. */
    TTFT("ttft"),
    /** First token − intended: what a user who arrived on schedule waited. */
    TTFT_INTENDED("ttft.intended"),
    /** (Last token − first token) / (tokens − tokens in the first chunk). */
    TPOT("tpot"),
    /** Gap between chunks that carry tokens (vLLM calls it ITL). */
    ICL("icl"),
    /** Last token − sent. */
    E2E("e2e"),
    /** Last token − intended. */
    E2E_INTENDED("e2e.intended"),
    /** Sent − intended: the client's own delay. */
    SEND_DELAY("sendDelay");

    private final String key;

    Metric(String key) {
        this.key = key;
    }

    /** The name in scenario files, histogram tags and {@code run.json}. */
    public String key() {
        return key;
    }
}
