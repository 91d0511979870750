package dev.shakedown.workloads.openai;

import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The one line worth showing of an error body. */
final class ErrorText {
    private static final int MAX_CHARS = 300;
    private static final JsonMapper JSON = JsonMapper.shared();

    private ErrorText() {}

    /** The message inside an OpenAI error object, else the start of the text itself. */
    static String of(byte[] body, int length) {
        String text = new String(body, 0, length, StandardCharsets.UTF_8);
        return shorten(message(text));
    }

    static String shorten(String text) {
        String oneLine = text.strip().replaceAll("\\s+", " ");
        return oneLine.length() <= MAX_CHARS ? oneLine : oneLine.substring(0, MAX_CHARS) + "…";
    }

    private static String message(String text) {
        try {
            JsonNode tree = JSON.readTree(text);
            JsonNode error = tree.has("error") ? tree.path("error") : tree;
            String message = error.isString() ? error.stringValue() : text(error.path("message"));
            return message.isEmpty() ? text : message;
        } catch (JacksonException e) {
            return text;
        }
    }

    private static String text(JsonNode node) {
        return node.isString() ? node.stringValue() : "";
    }
}
