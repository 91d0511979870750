package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.http.EventFrame;
import dev.shakedown.simulator.http.Json;
import java.util.Arrays;
import java.util.List;

/**
 * The bodies of one reply. Chunks are put together from text, because a stream makes one for each
 * token.
 */
final class ReplyText {
    static final String FINGERPRINT = "shakedown-simulated";

    private static final byte[] OPEN = EventFrame.utf8("[");
    private static final byte[] CLOSE = EventFrame.utf8("]");
    private static final byte[] NULL = EventFrame.utf8("null");
    private static final byte[] CHOICE_END = EventFrame.utf8("}]");
    private static final byte[] COMPLETION = EventFrame.utf8(",\"completion_tokens\":");
    private static final byte[] BRACE = EventFrame.utf8("}");

    private final InferenceRequest request;
    private final String head;
    private final byte[] beforeText;
    private final byte[] afterText;
    private final byte[] usageHead;

    /**
     * @param createdSeconds since the epoch
     */
    ReplyText(InferenceRequest request, String id, long createdSeconds, String model) {
        this.request = request;
        this.head =
                "{\"id\":"
                        + Json.quote(id)
                        + ",\"object\":\""
                        + kind()
                        + "\",\"created\":"
                        + createdSeconds
                        + ",\"model\":"
                        + Json.quote(model)
                        + ",\"choices\":[";
        this.beforeText =
                EventFrame.utf8(
                        head
                                + (request.chat()
                                        ? "{\"index\":0,\"delta\":{\"content\":"
                                        : "{\"index\":0,\"text\":"));
        this.afterText =
                EventFrame.utf8(
                        request.chat()
                                ? "},\"logprobs\":null,\"finish_reason\":null,\"token_ids\":"
                                : ",\"logprobs\":null,\"finish_reason\":null,\"stop_reason\":null,"
                                        + "\"prompt_token_ids\":null,\"token_ids\":");
        this.usageHead =
                EventFrame.utf8(
                        ",\"usage\":{\"prompt_tokens\":"
                                + request.prompt().length
                                + ",\"total_tokens\":");
    }

    /**
     * What came at once: mostly one token.
     *
     * @param count of tokens so far
     * @param finishReason empty where more is to come
     */
    record Token(String text, List<Integer> ids, int count, String finishReason) {
        boolean last() {
            return !finishReason.isEmpty();
        }

        private String finishJson() {
            return last() ? '"' + finishReason + '"' : "null";
        }
    }

    /** The role-only chunk with which a chat begins. */
    String chatStart() {
        return head
                + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                + "\"logprobs\":null,\"finish_reason\":null}]"
                + continuousUsage(0)
                + ",\"prompt_token_ids\":"
                + promptIds()
                + ",\"prompt_text\":null}";
    }

    /**
     * {@link #chunk} of a token that is neither the first nor the last one, without an object.
     *
     * @param quoted its text as JSON
     */
    void middle(int id, int count, byte[] quoted, EventFrame frame) {
        frame.begin().put(beforeText).put(quoted).put(afterText);
        if (request.form().tokenIds()) {
            frame.put(OPEN).put(id).put(CLOSE);
        } else {
            frame.put(NULL);
        }
        frame.put(CHOICE_END);
        if (request.form().continuousUsage()) {
            frame.put(usageHead).put(request.prompt().length + count);
            frame.put(COMPLETION).put(count).put(BRACE);
        }
        frame.put(BRACE);
    }

    String chunk(Token token) {
        return head
                + (request.chat() ? chatChoice(token) : completionChoice(token))
                + "]"
                + continuousUsage(token.count)
                + (token.last() ? ",\"system_fingerprint\":\"" + FINGERPRINT + '"' : "")
                + "}";
    }

    String usageChunk(int outputTokens) {
        return head
                + "],\"usage\":"
                + usage(outputTokens)
                + ",\"system_fingerprint\":\""
                + FINGERPRINT
                + "\"}";
    }

    /** The reply to a request without {@code stream}. */
    String whole(String text, int[] ids, String finishReason) {
        String content =
                request.chat()
                        ? "\"message\":{\"role\":\"assistant\",\"content\":"
                                + Json.quote(text)
                                + ",\"refusal\":null,\"annotations\":null,\"audio\":null,"
                                + "\"function_call\":null,\"reasoning\":null}"
                        : "\"text\":" + Json.quote(text);
        String tail = ",\"kv_transfer_params\":null,\"ec_transfer_params\":null,\"metrics\":null}";
        return head
                + "{\"index\":0,"
                + content
                + ",\"logprobs\":null,\"finish_reason\":\""
                + finishReason
                + "\",\"stop_reason\":null,\"token_ids\":"
                + (request.form().tokenIds() ? Arrays.toString(ids) : "null")
                + ",\"routed_experts\":null"
                + (request.chat()
                        ? ""
                        : ",\"prompt_logprobs\":null,\"prompt_token_ids\":" + promptIds())
                + "}],\"service_tier\":null,\"system_fingerprint\":\""
                + FINGERPRINT
                + "\",\"usage\":"
                + wholeUsage(ids.length)
                + (request.chat()
                        ? ",\"prompt_logprobs\":null,\"prompt_token_ids\":"
                                + promptIds()
                                + ",\"prompt_text\":null"
                        : "")
                + tail;
    }

    private String kind() {
        if (!request.chat()) {
            return "text_completion";
        }
        return request.form().stream() ? "chat.completion.chunk" : "chat.completion";
    }

    private String completionChoice(Token token) {
        return "{\"index\":0,\"text\":"
                + Json.quote(token.text)
                + ",\"logprobs\":null,\"finish_reason\":"
                + token.finishJson()
                + ",\"stop_reason\":null,\"prompt_token_ids\":"
                + (token.count == 1 ? promptIds() : "null")
                + ",\"token_ids\":"
                + tokenIds(token.ids)
                + "}";
    }

    private String chatChoice(Token token) {
        return "{\"index\":0,\"delta\":{\"content\":"
                + Json.quote(token.text)
                + "},\"logprobs\":null,\"finish_reason\":"
                + token.finishJson()
                + (token.last() ? ",\"stop_reason\":null" : "")
                + ",\"token_ids\":"
                + tokenIds(token.ids)
                + "}";
    }

    private String tokenIds(List<Integer> ids) {
        return request.form().tokenIds() ? ids.toString() : "null";
    }

    private String promptIds() {
        return request.form().tokenIds() ? Arrays.toString(request.prompt()) : "null";
    }

    private String continuousUsage(int outputTokens) {
        return request.form().continuousUsage() ? ",\"usage\":" + usage(outputTokens) : "";
    }

    private String usage(int outputTokens) {
        int prompt = request.prompt().length;
        return "{\"prompt_tokens\":"
                + prompt
                + ",\"total_tokens\":"
                + (prompt + outputTokens)
                + ",\"completion_tokens\":"
                + outputTokens
                + "}";
    }

    private String wholeUsage(int outputTokens) {
        String plain = usage(outputTokens);
        return plain.substring(0, plain.length() - 1)
                + ",\"prompt_tokens_details\":null,\"completion_tokens_details\":null}";
    }
}
