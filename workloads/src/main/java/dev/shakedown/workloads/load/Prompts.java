package dev.shakedown.workloads.load;

import java.util.Optional;

/**
 * How long prompts and answers are, and what prompts have in common. Prompts and schedule are a
 * pure function of {@code seed}; a run's {@code cache_salt} keeps it out of the prefix cache of
 * others.
 *
 * @param inputTokens of the whole prompt, with the shared prefix
 * @param sharedPrefix of prompts that are {@link PromptText.Words}; empty: every prompt is new
 * @param sessions present: {@code inputTokens} are what is new in each turn, and the first turn has
 *     the shared prefix on top
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public record Prompts(
        TokenLengths inputTokens,
        TokenLengths outputTokens,
        long seed,
        PromptText text,
        Optional<SharedPrefix> sharedPrefix,
        Optional<Sessions> sessions) {

    public Prompts {
        if (sessions.isPresent()
                && (!(text instanceof PromptText.Words)
                        || inputTokens instanceof TokenLengths.Listed
                        || outputTokens instanceof TokenLengths.Listed)) {
            throw new IllegalArgumentException("only prompts of words are turns of a session");
        }
        if (sharedPrefix.isPresent() && !(text instanceof PromptText.Words)) {
            throw new IllegalArgumentException("only prompts of words take a shared prefix");
        }
    }

    /** Prompts of which each is the only one of its user. */
    public Prompts(
            TokenLengths inputTokens,
            TokenLengths outputTokens,
            long seed,
            PromptText text,
            Optional<SharedPrefix> sharedPrefix) {
        this(inputTokens, outputTokens, seed, text, sharedPrefix, Optional.empty());
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
        return new Prompts(inputTokens, outputTokens, other, text, sharedPrefix, sessions);
    }

    /** The same as turns of sessions. */
    public Prompts in(Sessions some) {
        return new Prompts(inputTokens, outputTokens, seed, text, sharedPrefix, Optional.of(some));
    }

    /** How many requests an arrival makes: the typical session's turns. */
    public int requestsPerArrival() {
        return sessions.map(one -> one.turns().typical()).orElse(1);
    }

    /** Tokens of a typical prompt; in a session, of its middle turn. */
    public double typicalInput() {
        int before = requestsPerArrival() - 1;
        int prefix = sessions.flatMap(_ -> sharedPrefix).map(SharedPrefix::tokens).orElse(0);
        double added = inputTokens.typical() + (double) outputTokens.typical();
        return prefix + inputTokens.typical() + added * before / 2;
    }

    /** Tokens that no request exceeds, prompt and answer together. */
    public long longest() {
        long turns = sessions.map(one -> one.turns().longest()).orElse(1L);
        long prefix = sessions.flatMap(_ -> sharedPrefix).map(p -> (long) p.tokens()).orElse(0L);
        return prefix + turns * (inputTokens.longest() + outputTokens.longest());
    }
}
