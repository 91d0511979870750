package dev.shakedown.workloads.openai;

import java.util.List;

/**
 * A turn of a session that is over.
 *
 * @param prompt what was new in it
 * @param answer what the server really gave
 */
public record Said(List<PromptPart> prompt, Answer answer) {
    public Said {
        prompt = List.copyOf(prompt);
    }
}
