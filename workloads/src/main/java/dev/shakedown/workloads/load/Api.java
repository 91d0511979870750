package dev.shakedown.workloads.load;

/** Which OpenAI route carries the load. */
public enum Api {
    /** {@code /v1/completions}; prompts are token ids, so that input lengths are exact. */
    COMPLETIONS,
    /** {@code /v1/chat/completions}; prompts are words, calibrated through {@code /tokenize}. */
    CHAT
}
