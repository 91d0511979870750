package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Generation;
import dev.shakedown.simulator.engine.PromptBlocks;
import dev.shakedown.simulator.engine.TokenSink;
import dev.shakedown.simulator.engine.Tokenizer;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Handler;
import dev.shakedown.simulator.http.Json;
import dev.shakedown.simulator.http.Routes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** vLLM's HTTP surface. */
public final class VllmSurface implements Handler {
    /** The version whose surface this is. */
    public static final String VERSION = "0.32.0";

    private final Backend backend;
    private final Faults faults;
    private final InstantSource clock;
    private final long seed;
    private final long createdSeconds;
    private final Routes routes;
    private final Replies replies = new Replies();
    private long requests;

    public VllmSurface(Backend backend, Faults faults, InstantSource clock, long seed) {
        this.backend = backend;
        this.faults = faults;
        this.clock = clock;
        this.seed = seed;
        this.createdSeconds = clock.instant().getEpochSecond();
        this.routes = routes();
    }

    @Override
    public void handle(Exchange exchange) {
        routes.handle(exchange);
    }

    private Routes routes() {
        return new Routes(
                        exchange -> exchange.json(404, Json.object().put("detail", "Not Found")),
                        exchange ->
                                exchange.json(
                                        405, Json.object().put("detail", "Method Not Allowed")))
                .on("GET", "/health", this::health)
                .on("GET", "/ping", this::health)
                .on("POST", "/ping", this::health)
                .on("GET", "/version", e -> e.json(200, Json.object().put("version", VERSION)))
                .on("GET", "/load", whenUp(this::load))
                .on("GET", "/metrics", whenUp(this::metrics))
                .on("GET", "/v1/models", whenUp(this::models))
                .on("POST", "/reset_prefix_cache", whenUp(this::resetPrefixCache))
                .on("POST", "/tokenize", whenUp(this::tokenize))
                .on("POST", "/detokenize", whenUp(this::detokenize))
                .on(
                        "POST",
                        "/v1/completions",
                        whenUp((exchange, engine) -> infer(exchange, engine, false)))
                .on(
                        "POST",
                        "/v1/chat/completions",
                        whenUp((exchange, engine) -> infer(exchange, engine, true)));
    }

    private Handler whenUp(BiConsumer<Exchange, SimulatedEngine> handler) {
        return exchange ->
                backend.serving()
                        .ifPresentOrElse(
                                engine -> handler.accept(exchange, engine),
                                () -> reject(exchange, ApiError.notUp()));
    }

    private void health(Exchange exchange) {
        exchange.empty(backend.serving().isPresent() ? 200 : 503);
    }

    private void resetPrefixCache(Exchange exchange, SimulatedEngine engine) {
        backend.resetPrefixCache();
        exchange.empty(200);
    }

    private void load(Exchange exchange, SimulatedEngine engine) {
        exchange.json(200, Json.object().put("server_load", backend.load()));
    }

    private void metrics(Exchange exchange, SimulatedEngine engine) {
        exchange.reply(200, "text/plain; version=0.0.4; charset=utf-8", backend.metrics());
    }

    private void models(Exchange exchange, SimulatedEngine engine) {
        ObjectNode permission =
                Json.object()
                        .put("id", "modelperm-simulated")
                        .put("object", "model_permission")
                        .put("created", createdSeconds)
                        .put("allow_create_engine", false)
                        .put("allow_sampling", true)
                        .put("allow_logprobs", true)
                        .put("allow_search_indices", false)
                        .put("allow_view", true)
                        .put("allow_fine_tuning", false)
                        .put("organization", "*")
                        .putNull("group")
                        .put("is_blocking", false);
        ObjectNode model =
                Json.object()
                        .put("id", engine.servedName())
                        .put("object", "model")
                        .put("created", createdSeconds)
                        .put("owned_by", "vllm")
                        .put("root", engine.model())
                        .putNull("parent")
                        .put("max_model_len", engine.maxModelLen());
        model.set("permission", Json.array().add(permission));
        ObjectNode body = Json.object().put("object", "list");
        exchange.json(200, body.set("data", Json.array().add(model)));
    }

    private void tokenize(Exchange exchange, SimulatedEngine engine) {
        Optional<JsonNode> body = body(exchange);
        if (body.isEmpty() || !ofServedModel(exchange, body.get(), engine)) {
            return;
        }
        boolean chat = body.get().has("messages");
        PromptTokens prompt =
                chat ? PromptTokens.ofChat(body.get()) : PromptTokens.ofCompletion(body.get());
        switch (prompt) {
            case PromptTokens.Unreadable unreadable -> reject(exchange, unreadable.error());
            case PromptTokens.Ids ids -> {
                ArrayNode tokens = Json.array();
                for (int id : ids.ids()) {
                    tokens.add(id);
                }
                ObjectNode reply =
                        Json.object()
                                .put("count", ids.ids().length)
                                .put("max_model_len", engine.maxModelLen());
                reply.set("tokens", tokens);
                boolean named = body.get().path("return_token_strs").asBoolean(false);
                exchange.json(200, reply.set("token_strs", named ? texts(ids) : Json.nothing()));
            }
        }
    }

    private static ArrayNode texts(PromptTokens.Ids ids) {
        ArrayNode texts = Json.array();
        for (int id : ids.ids()) {
            texts.add(Tokenizer.decode(id));
        }
        return texts;
    }

    private void detokenize(Exchange exchange, SimulatedEngine engine) {
        Optional<JsonNode> body = body(exchange);
        if (body.isEmpty() || !ofServedModel(exchange, body.get(), engine)) {
            return;
        }
        JsonNode tokens = body.get().path("tokens");
        if (!tokens.isArray() || !tokens.valueStream().allMatch(JsonNode::isInt)) {
            reject(exchange, ApiError.missing("tokens"));
            return;
        }
        int[] ids = tokens.valueStream().mapToInt(JsonNode::asInt).toArray();
        exchange.json(200, Json.object().put("prompt", Tokenizer.decode(ids)));
    }

    private static boolean ofServedModel(Exchange exchange, JsonNode body, SimulatedEngine engine) {
        String served = engine.servedName();
        String model = body.path("model").asString(served);
        if (!model.equals(served)) {
            reject(exchange, ApiError.unknownModel(model, served));
        }
        return model.equals(served);
    }

    private void infer(Exchange exchange, SimulatedEngine engine, boolean chat) {
        Optional<JsonNode> body = body(exchange);
        if (body.isEmpty()) {
            return;
        }
        switch (InferenceRequest.parse(body.get(), chat, engine)) {
            case InferenceRequest.Rejected rejected -> reject(exchange, rejected.error());
            case InferenceRequest.Accepted accepted ->
                    meet(exchange, engine, accepted.request(), requests++);
        }
    }

    /** With the faults that are there for a request of this number. */
    private void meet(
            Exchange exchange, SimulatedEngine engine, InferenceRequest request, long number) {
        Optional<String> status = faults.onRequest(Effect.REPLY_STATUS, number);
        Optional<String> delay = faults.onRequest(Effect.FIRST_BYTE_DELAY, number);
        if (status.isPresent()) {
            reject(exchange, ApiError.refused(Integer.parseInt(status.get())));
        } else if (delay.isPresent()) {
            exchange.later(
                    Duration.ofMillis(Long.parseLong(delay.get())),
                    () -> serve(exchange, engine, request, number));
        } else {
            serve(exchange, engine, request, number);
        }
    }

    private void serve(
            Exchange exchange, SimulatedEngine engine, InferenceRequest asked, long number) {
        boolean mute = faults.onRequest(Effect.NO_USAGE, number).isPresent();
        InferenceRequest request = mute ? asked.withoutUsage() : asked;
        long drawn = seed * 0x9E3779B97F4A7C15L + number;
        String id =
                (request.chat() ? "chatcmpl-" : "cmpl-")
                        + SimulatedNode.hex(new SplittableRandom(drawn), 16);
        ReplyText text =
                new ReplyText(request, id, clock.instant().getEpochSecond(), engine.servedName());
        TokenSink sink =
                request.form().stream()
                        ? streaming(exchange, text, request, number)
                        : replies.whole(exchange, text);
        InferenceRequest.Limits limits =
                faults.onRequest(Effect.ENDLESS, number).isPresent()
                        ? request.limits().endless(engine.maxModelLen() - request.prompt().length)
                        : request.limits();
        Generation generation =
                Generation.draw(
                        request.prompt().length,
                        limits.maxTokens(),
                        limits.minTokens(),
                        limits.ignoreEos(),
                        request.form().greedy() ? answer(engine, request) : drawn);
        PromptBlocks blocks =
                engine.tuning().prefixCaching()
                        ? PromptBlocks.of(request.prompt(), generation, request.cacheSalt())
                        : PromptBlocks.NONE;
        exchange.onDisconnect(
                backend.submit(
                        new Backend.Submission(
                                number,
                                exchange.arrivedNanos(),
                                request.form().stream(),
                                generation.with(blocks),
                                sink)));
    }

    /** What a greedy answer is drawn from: the model and the prompt, and nothing else. */
    private static long answer(SimulatedEngine engine, InferenceRequest request) {
        return engine.model().hashCode() * 0x9E3779B97F4A7C15L + Arrays.hashCode(request.prompt());
    }

    private TokenSink streaming(
            Exchange exchange, ReplyText text, InferenceRequest request, long number) {
        return BrokenStream.of(faults, number)
                .<TokenSink>map(broken -> broken.begin(exchange, text, request))
                .orElseGet(() -> replies.streaming(exchange, text, request));
    }

    private Optional<JsonNode> body(Exchange exchange) {
        try {
            JsonNode body = Json.read(exchange.body());
            if (body.isObject()) {
                return Optional.of(body);
            }
        } catch (JacksonException notJson) {
            // Answered below, as for JSON that is no object.
        }
        reject(exchange, ApiError.notJson());
        return Optional.empty();
    }

    private static void reject(Exchange exchange, ApiError error) {
        exchange.json(error.status(), error.body());
    }
}
