package dev.shakedown.workloads.openai;

import java.util.List;

/** Writes a request of a wanted length. */
public interface PromptWriter {

    /** A request whose prompt is made of these parts, in this order; at least one. */
    CompletionRequest write(List<PromptPart> prompt, int outputTokens);

    /** A request with this text as its prompt, however many tokens that is. */
    CompletionRequest write(String prompt, int outputTokens);

    /** Whether the prompt lengths are exact; else they are approximate. */
    boolean exact();

    /** The shortest prompt that can be written: for chats, the template with one word. */
    int shortest();
}
