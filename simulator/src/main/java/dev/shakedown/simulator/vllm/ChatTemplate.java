package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.engine.Tokenizer;

/** How the simulated model's chats look as text. */
public final class ChatTemplate {
    static final String END = "\n";
    static final String ANSWER = "<|assistant|>";

    private ChatTemplate() {}

    /** Tokens of one message of the user's of one word. */
    public static int shortest() {
        return Tokenizer.encode(start("user") + "one" + END + ANSWER).length;
    }

    /** What a message begins with. */
    static String start(String role) {
        return "<|" + role + "|>";
    }
}
