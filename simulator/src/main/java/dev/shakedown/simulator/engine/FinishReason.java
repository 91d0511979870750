package dev.shakedown.simulator.engine;

/** Why a request ended, in vLLM's words. */
public enum FinishReason {
    STOP("stop"),
    LENGTH("length"),
    ABORT("abort"),
    ERROR("error"),
    REPETITION("repetition");

    private final String key;

    FinishReason(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }
}
