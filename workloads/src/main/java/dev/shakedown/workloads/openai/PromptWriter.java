package dev.shakedown.workloads.openai;

import java.util.random.RandomGenerator;

/** Writes a request of a wanted length. */
public interface PromptWriter {

    /** A request with so many prompt tokens, its content drawn from {@code random}. */
    CompletionRequest write(int inputTokens, int outputTokens, RandomGenerator random);

    /** A request with this text as its prompt, however many tokens that is. */
    CompletionRequest write(String prompt, int outputTokens);

    /** Whether the prompt lengths are exact; else they are approximate. */
    boolean exact();

    /** The shortest prompt that can be written: for chats, the template with one word. */
    int shortest();
}
