package dev.shakedown.harness.cluster.endpoint;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The control routes of one endpoint, blocking. A call fails with an {@link IOException} when
 * nobody answers and with an {@link EndpointException} when the answer is not the one asked for.
 */
public final class EngineClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Any vocabulary has these ids, so no tokenizer is needed. */
    private static final List<Integer> PROMPT = List.of(10, 11, 12, 13);

    /** As many as vLLM gives where nobody has raised {@code --max-logprobs}: 5 of up to 20. */
    private static final int ALTERNATIVES = 5;

    private static final int SEED = 42;
    private static final int BODY_IN_MESSAGE = 300;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final OkHttpClient http;
    private final HttpUrl base;
    private final Optional<String> apiKey;

    /**
     * @param baseUrl without {@code /v1}; may have a path
     * @param apiKey sent as bearer token
     * @param caFile trusted besides the JDK's authorities
     * @throws IOException if the file cannot be read or holds no certificate
     */
    public EngineClient(URI baseUrl, Optional<String> apiKey, Optional<Path> caFile)
            throws IOException {
        OkHttpClient.Builder builder =
                new OkHttpClient.Builder()
                        .connectTimeout(Duration.ofSeconds(2))
                        // uvicorn closes idle connections at 5 s
                        .connectionPool(new ConnectionPool(2, 4, TimeUnit.SECONDS))
                        .followRedirects(false);
        if (caFile.isPresent()) {
            Trust.add(caFile.get(), builder);
        }
        this.http = builder.build();
        HttpUrl url = HttpUrl.get(baseUrl);
        if (url == null) {
            throw new IOException("not an http or https address: " + baseUrl);
        }
        this.base = url;
        this.apiKey = apiKey;
    }

    /** Address of a route, for messages: {@code url("v1", "models")}. */
    public HttpUrl url(String... segments) {
        HttpUrl.Builder url = base.newBuilder();
        for (String segment : segments) {
            url.addPathSegment(segment);
        }
        // A trailing slash of the base leaves an empty segment behind.
        return HttpUrl.get(url.build().toString().replaceAll("(?<!:)//+", "/"));
    }

    /** Status of {@code GET /health}; 200 is healthy. */
    public int health() throws IOException {
        try (Response response = execute(get(url("health")), TIMEOUT)) {
            return response.code();
        }
    }

    /** What {@code GET /version} says; empty where the server has no such route. */
    public Optional<String> version() throws IOException {
        Request request = get(url("version"));
        try (Response response = execute(request, TIMEOUT)) {
            if (response.code() == 404) {
                return Optional.empty();
            }
            return text(json(request, response).path("version"));
        }
    }

    /** The models of {@code GET /v1/models}. */
    public List<ServedModel> models() throws IOException {
        Request request = get(url("v1", "models"));
        try (Response response = execute(request, TIMEOUT)) {
            List<ServedModel> models = new ArrayList<>();
            for (JsonNode model : json(request, response).path("data")) {
                JsonNode length = model.path("max_model_len");
                models.add(
                        new ServedModel(
                                text(model.path("id")).orElse(""),
                                text(model.path("root")),
                                length.isInt()
                                        ? OptionalInt.of(length.intValue())
                                        : OptionalInt.empty()));
            }
            return models;
        }
    }

    /** One reading of {@code GET /metrics}; empty where the server has no such route. */
    public Optional<MetricsPage> metrics() throws IOException {
        Request request = get(url("metrics"));
        try (Response response = execute(request, TIMEOUT)) {
            if (response.code() == 404) {
                return Optional.empty();
            }
            return Optional.of(new MetricsPage(okBody(request, response)));
        }
    }

    /**
     * One completion of a four-token prompt, greedy, not streamed.
     *
     * @param timeout for the whole call
     */
    public Completion complete(String model, int maxTokens, Duration timeout) throws IOException {
        byte[] body =
                JSON.writeValueAsBytes(
                        Map.of(
                                "model", model,
                                "prompt", PROMPT,
                                "max_tokens", maxTokens,
                                "temperature", 0,
                                "ignore_eos", true));
        Request request =
                authorized(url("v1", "completions"))
                        .post(RequestBody.create(body, MediaType.get("application/json")))
                        .build();
        try (Response response = execute(request, timeout)) {
            JsonNode usage = json(request, response).path("usage");
            return new Completion(
                    usage.path("prompt_tokens").asLong(0),
                    usage.path("completion_tokens").asLong(0));
        }
    }

    /**
     * The greedy answer to a text, with the log probabilities of its tokens and of the likeliest
     * others where the server gives them.
     *
     * @param timeout for the whole call
     */
    public Answer answer(String model, String prompt, int maxTokens, Duration timeout)
            throws IOException {
        byte[] body =
                JSON.writeValueAsBytes(
                        Map.of(
                                "model", model,
                                "prompt", prompt,
                                "max_tokens", maxTokens,
                                "temperature", 0,
                                "seed", SEED,
                                "logprobs", ALTERNATIVES));
        Request request =
                authorized(url("v1", "completions"))
                        .post(RequestBody.create(body, MediaType.get("application/json")))
                        .build();
        try (Response response = execute(request, timeout)) {
            return Answer.of(json(request, response).path("choices").path(0));
        }
    }

    @Override
    public void close() {
        http.connectionPool().evictAll();
    }

    private Request get(HttpUrl url) {
        return authorized(url).get().build();
    }

    private Request.Builder authorized(HttpUrl url) {
        Request.Builder request = new Request.Builder().url(url);
        apiKey.ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request;
    }

    private Response execute(Request request, Duration timeout) throws IOException {
        OkHttpClient timed = http.newBuilder().callTimeout(timeout).readTimeout(timeout).build();
        return timed.newCall(request).execute();
    }

    private static JsonNode json(Request request, Response response) throws IOException {
        String body = okBody(request, response);
        try {
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            throw new EndpointException(
                    route(request), response.code(), "not JSON: " + shortened(body));
        }
    }

    private static String okBody(Request request, Response response) throws IOException {
        String body = response.body().string();
        if (!response.isSuccessful()) {
            throw new EndpointException(route(request), response.code(), shortened(body));
        }
        return body;
    }

    private static String route(Request request) {
        return request.method() + " " + request.url();
    }

    private static String shortened(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return line.length() <= BODY_IN_MESSAGE ? line : line.substring(0, BODY_IN_MESSAGE) + "…";
    }

    private static Optional<String> text(JsonNode node) {
        return node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
    }
}
