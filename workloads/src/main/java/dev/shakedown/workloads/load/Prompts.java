package dev.shakedown.workloads.load;

/**
 * How long prompts and answers are. Prompts and schedule are a pure function of {@code seed}; the
 * text differs from run to run only by the run's nonce, so that no run hits another's prefix cache.
 */
public record Prompts(TokenLengths inputTokens, TokenLengths outputTokens, long seed) {

    /** The same with another seed. */
    public Prompts seeded(long other) {
        return new Prompts(inputTokens, outputTokens, other);
    }
}
