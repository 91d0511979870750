package dev.shakedown.workloads.openai;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The server's routes beside the completions. A route that is missing or fails yields an empty
 * answer: what depends on it is then reported as unknown.
 */
public final class ServerApi implements AutoCloseable {
    private static final MediaType JSON_TYPE = MediaType.get("application/json");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Bytes; a large cluster's {@code /metrics} has some hundred thousand. */
    private static final long MAX_BODY = 16L << 20;

    private final Endpoint endpoint;
    private final OkHttpClient client;

    public ServerApi(Endpoint endpoint, Duration callTimeout) {
        this.endpoint = endpoint;
        client = HttpClients.of(endpoint, callTimeout);
    }

    /** The text of {@code /metrics}. */
    public Optional<String> metrics() {
        return call(request("/metrics").build());
    }

    /** The longest sequence of prompt and answer that the served model takes. */
    public OptionalInt maxModelLength() {
        for (JsonNode model : json(request("/v1/models").build()).path("data")) {
            JsonNode length = model.path("max_model_len");
            if (model.path("id").asString("").equals(endpoint.model()) && length.isInt()) {
                return OptionalInt.of(length.intValue());
            }
        }
        return OptionalInt.empty();
    }

    /** The token ids of a text, without special tokens; empty if the server cannot tell. */
    int[] tokenize(String text) {
        JsonNode tokens =
                tokenize(
                                Map.of(
                                        "model",
                                        endpoint.model(),
                                        "prompt",
                                        text,
                                        "add_special_tokens",
                                        false))
                        .path("tokens");
        return IntStream.range(0, tokens.size()).map(i -> tokens.get(i).asInt(0)).toArray();
    }

    /** How many prompt tokens a chat of one user message becomes. */
    OptionalInt chatLength(String message) {
        JsonNode count =
                tokenize(
                                Map.of(
                                        "model",
                                        endpoint.model(),
                                        "messages",
                                        List.of(Map.of("role", "user", "content", message))))
                        .path("count");
        return count.isInt() ? OptionalInt.of(count.intValue()) : OptionalInt.empty();
    }

    @Override
    public void close() {
        HttpClients.close(client);
    }

    private JsonNode tokenize(Map<String, Object> body) {
        return json(
                request("/tokenize")
                        .post(RequestBody.create(JSON.writeValueAsBytes(body), JSON_TYPE))
                        .build());
    }

    private JsonNode json(Request request) {
        try {
            return JSON.readTree(call(request).orElse("{}"));
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }

    private Optional<String> call(Request request) {
        try (Response response = client.newCall(request).execute()) {
            boolean usable =
                    response.isSuccessful() && !response.body().source().request(MAX_BODY + 1);
            return usable ? Optional.of(response.body().string()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Request.Builder request(String route) {
        Request.Builder builder = new Request.Builder().url(endpoint.resolve(route).toString());
        endpoint.apiKey().ifPresent(key -> builder.header("Authorization", "Bearer " + key));
        return builder;
    }
}
