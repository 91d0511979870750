package dev.shakedown.workloads.load;

import java.util.Optional;

/**
 * How long prompts and answers are, and what prompts have in common. Prompts and schedule are a
 * pure function of {@code seed}; a run's {@code cache_salt} keeps it out of the prefix cache of
 * others.
 *
 * @param inputTokens of the whole prompt, with the shared prefix
 * @param sharedPrefix empty: every prompt is new
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public record Prompts(
        TokenLengths inputTokens,
        TokenLengths outputTokens,
        long seed,
        Optional<SharedPrefix> sharedPrefix) {

    /** Prompts that have nothing in common. */
    public Prompts(TokenLengths inputTokens, TokenLengths outputTokens, long seed) {
        this(inputTokens, outputTokens, seed, Optional.empty());
    }

    /** The same with another seed. */
    public Prompts seeded(long other) {
        return new Prompts(inputTokens, outputTokens, other, sharedPrefix);
    }
}
