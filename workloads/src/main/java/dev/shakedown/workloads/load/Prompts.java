package dev.shakedown.workloads.load;

import java.util.Optional;

/**
 * How long prompts and answers are, and what prompts have in common. Prompts and schedule are a
 * pure function of {@code seed}; a run's {@code cache_salt} keeps it out of the prefix cache of
 * others.
 *
 * @param inputTokens of the whole prompt, with the shared prefix
 * @param sharedPrefix of prompts that are {@link PromptText.Words}; empty: every prompt is new
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public record Prompts(
        TokenLengths inputTokens,
        TokenLengths outputTokens,
        long seed,
        PromptText text,
        Optional<SharedPrefix> sharedPrefix) {

    public Prompts {
        if (sharedPrefix.isPresent() && !(text instanceof PromptText.Words)) {
            throw new IllegalArgumentException("only prompts of words take a shared prefix");
        }
    }

    /** Prompts that have nothing in common but what their text tells. */
    public Prompts(
            TokenLengths inputTokens, TokenLengths outputTokens, long seed, PromptText text) {
        this(inputTokens, outputTokens, seed, text, Optional.empty());
    }

    /** Prompts that have nothing in common. */
    public Prompts(TokenLengths inputTokens, TokenLengths outputTokens, long seed) {
        this(inputTokens, outputTokens, seed, new PromptText.Words());
    }

    /** The same with another seed. */
    public Prompts seeded(long other) {
        return new Prompts(inputTokens, outputTokens, other, text, sharedPrefix);
    }
}
