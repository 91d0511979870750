package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.engine.Tokenizer;
import tools.jackson.databind.JsonNode;

/** The prompt of a request as token ids. */
sealed interface PromptTokens {

    // An array, because a prompt may hold 100,000 ids; nobody changes it.
    @SuppressWarnings("ArrayRecordComponent")
    record Ids(int[] ids) implements PromptTokens {}

    record Unreadable(ApiError error) implements PromptTokens {}

    /** {@code prompt}: text, ids, or a list that holds one of either. */
    static PromptTokens ofCompletion(JsonNode body) {
        JsonNode prompt = body.path("prompt");
        if (prompt.isArray() && prompt.size() == 1 && !prompt.get(0).isNumber()) {
            prompt = prompt.get(0);
        }
        if (prompt.isString()) {
            return checked(Tokenizer.encode(prompt.asString()));
        }
        if (!prompt.isArray()) {
            return unreadable("Either prompt or prompt_embeds must be provided and non-empty.");
        }
        int[] ids = new int[prompt.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!prompt.get(i).isInt()) {
                return unreadable("The simulated engine takes one prompt a request.");
            }
            ids[i] = prompt.get(i).asInt();
        }
        return checked(ids);
    }

    /** {@code messages} through the simulated model's chat template. */
    static PromptTokens ofChat(JsonNode body) {
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            return unreadable("messages must be a list that is not empty");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode message : messages) {
            text.append(ChatTemplate.start(message.path("role").asString("user")));
            append(message.path("content"), text);
            text.append(ChatTemplate.END);
        }
        return checked(Tokenizer.encode(text.append(ChatTemplate.ANSWER).toString()));
    }

    private static void append(JsonNode content, StringBuilder text) {
        if (content.isString()) {
            text.append(content.asString());
        }
        for (JsonNode part : content.isArray() ? content : content.path("none")) {
            text.append(part.path("text").asString(""));
        }
    }

    private static PromptTokens checked(int[] ids) {
        return ids.length == 0 ? unreadable("The prompt cannot be empty") : new Ids(ids);
    }

    private static PromptTokens unreadable(String message) {
        return new Unreadable(ApiError.badRequest(message));
    }
}
