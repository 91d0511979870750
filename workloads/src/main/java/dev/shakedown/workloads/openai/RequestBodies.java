package dev.shakedown.workloads.openai;

import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes request bodies. Output lengths are forced ({@code ignore_eos}, {@code min_tokens} = {@code
 * max_tokens}), sampling is greedy, usage is asked for in every chunk, and the salt keeps this run
 * out of other runs' prefix caches.
 */
public final class RequestBodies {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Tokens that room is made for in advance; a longer prompt grows its buffer. */
    private static final int MAX_HINT = 1 << 20;

    private final String start;
    private final String options;
    private final String ids;

    /**
     * For one served model and one run.
     *
     * @param cacheSalt different in each run
     */
    public RequestBodies(String model, String cacheSalt) {
        this(model, cacheSalt, false);
    }

    /**
     * @param returnTokenIds whether answers to prompts of token ids are asked for as such, too
     *     (vLLM from 0.10.2; its first event then repeats the prompt's)
     */
    public RequestBodies(String model, String cacheSalt, boolean returnTokenIds) {
        ids = returnTokenIds ? ",\"return_token_ids\":true" : "";
        start = "{\"model\":" + JSON.writeValueAsString(model);
        options =
                ",\"temperature\":0,\"ignore_eos\":true,\"stream\":true,\"stream_options\":"
                        + "{\"include_usage\":true,\"continuous_usage_stats\":true},\"cache_salt\":"
                        + JSON.writeValueAsString(cacheSalt);
    }

    /** A completion whose prompt is token ids. */
    public CompletionRequest completion(int[] prompt, int outputTokens) {
        StringBuilder body = begin(6 * Math.min(prompt.length, MAX_HINT)).append(",\"prompt\":[");
        for (int i = 0; i < prompt.length; i++) {
            body.append(i == 0 ? "" : ",").append(prompt[i]);
        }
        return finish("/v1/completions", body.append(']').append(ids), outputTokens);
    }

    /** A completion whose prompt is text. */
    public CompletionRequest completion(String prompt, int outputTokens) {
        StringBuilder body = begin(prompt.length()).append(",\"prompt\":");
        return finish(
                "/v1/completions", body.append(JSON.writeValueAsString(prompt)), outputTokens);
    }

    /** A chat with one user message. */
    public CompletionRequest chat(String message, int outputTokens) {
        return chat(List.of(message), outputTokens);
    }

    /** A chat with messages of the user and the assistant in turns, the user's first and last. */
    CompletionRequest chat(List<String> messages, int outputTokens) {
        StringBuilder body = begin(messages.stream().mapToInt(String::length).sum());
        for (int i = 0; i < messages.size(); i++) {
            body.append(i == 0 ? ",\"messages\":[" : ",")
                    .append("{\"role\":\"")
                    .append(i % 2 == 0 ? "user" : "assistant")
                    .append("\",\"content\":")
                    .append(JSON.writeValueAsString(messages.get(i)))
                    .append('}');
        }
        return finish("/v1/chat/completions", body.append(']'), outputTokens);
    }

    private StringBuilder begin(int sizeHint) {
        return new StringBuilder(sizeHint + 320).append(start);
    }

    private CompletionRequest finish(String route, StringBuilder body, int outputTokens) {
        body.append(",\"max_tokens\":").append(outputTokens);
        body.append(",\"min_tokens\":").append(outputTokens);
        body.append(options).append('}');
        return new CompletionRequest(
                route, body.toString().getBytes(StandardCharsets.UTF_8), outputTokens);
    }
}
