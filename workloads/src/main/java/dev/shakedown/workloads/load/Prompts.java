package dev.shakedown.workloads.load;

/**
 * How long prompts and answers are. Prompts and schedule are a pure function of {@code seed}; the
 * text differs from run to run only by the run's nonce, so that no run hits another's prefix cache.
 */
public record Prompts(
        TokenLengths inputTokens, TokenLengths outputTokens, long seed, PromptText text) {
    /** Of words at random. */
    public Prompts(TokenLengths inputTokens, TokenLengths outputTokens, long seed) {
        this(inputTokens, outputTokens, seed, new PromptText.Words());
    }

    /** Whether prompts may begin like others of the same load. */
    public boolean mayShare() {
        return !(text instanceof PromptText.Words);
    }
}
