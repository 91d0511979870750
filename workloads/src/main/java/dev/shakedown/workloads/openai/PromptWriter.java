package dev.shakedown.workloads.openai;

import java.util.List;

/** Writes a request of a wanted length. */
public interface PromptWriter {

    /** A request whose prompt is made of these parts, in this order; at least one. */
    default CompletionRequest write(List<PromptPart> prompt, int outputTokens) {
        return write(List.of(), prompt, outputTokens);
    }

    /** The like as the next turn of a session: all that was said before it comes first. */
    CompletionRequest write(List<Said> history, List<PromptPart> prompt, int outputTokens);

    /** An answer in the form in which later turns repeat it; may ask the server. */
    default Answer repeatable(Answer answer) {
        return answer;
    }

    /** A request with this text as its prompt, however many tokens that is. */
    CompletionRequest write(String prompt, int outputTokens);

    /** Whether the prompt lengths are exact; else they are approximate. */
    boolean exact();

    /** The shortest prompt that can be written: for chats, the template with one word. */
    int shortest();
}
