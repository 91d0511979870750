package dev.shakedown.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.http.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Shapes are those of the real server's replies, vLLM 0.32.0. */
class VllmSurfaceTest {
    private static final String LABELS = "{engine=\"0\",model_name=\"sim\"}";

    @TempDir static Path logs;
    private static SimulatorServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        server = SimulatorServer.start(cluster(), SimulatorOptions.defaults(logs));
        client = new Client(server.vllmUrl());
    }

    private static SimulatedCluster cluster() {
        SimulatedEngine engine =
                new SimulatedEngine(
                        "builtin:tiny",
                        "sim",
                        "",
                        2048,
                        SimulatedEngine.Tuning.DEFAULTS,
                        "ray",
                        new SimulatedEngine.Split(1, 1, 1));
        return new SimulatedCluster(1, 1, "H100", engine);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void completionHasTheKeysOfTheRealOne() throws IOException {
        JsonNode body =
                client.post(
                                "/v1/completions",
                                "{\"model\":\"sim\",\"prompt\":\"abc\",\"max_tokens\":4,\"ignore_eos\":true}")
                        .json();

        assertThat(body.propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "object",
                        "created",
                        "model",
                        "choices",
                        "service_tier",
                        "system_fingerprint",
                        "usage",
                        "kv_transfer_params",
                        "ec_transfer_params",
                        "metrics");
        assertThat(body.path("choices").path(0).propertyNames())
                .containsExactlyInAnyOrder(
                        "index",
                        "text",
                        "logprobs",
                        "finish_reason",
                        "stop_reason",
                        "token_ids",
                        "prompt_logprobs",
                        "prompt_token_ids",
                        "routed_experts");
        assertThat(body.at("/usage/completion_tokens").asInt()).isEqualTo(4);
        assertThat(body.at("/usage/prompt_tokens").asInt()).isEqualTo(1);
    }

    @Test
    void chatHasTheKeysOfTheRealOne() throws IOException {
        JsonNode body =
                client.post(
                                "/v1/chat/completions",
                                "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":3}")
                        .json();

        assertThat(body.propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "object",
                        "created",
                        "model",
                        "choices",
                        "service_tier",
                        "system_fingerprint",
                        "usage",
                        "prompt_logprobs",
                        "prompt_token_ids",
                        "prompt_text",
                        "kv_transfer_params",
                        "ec_transfer_params",
                        "metrics");
        assertThat(body.at("/choices/0/message/role").asString()).isEqualTo("assistant");
        assertThat(body.path("object").asString()).isEqualTo("chat.completion");
    }

    @Test
    void streamBringsEachTokenOnceAndThenTheUsage() throws IOException {
        List<String> events =
                client.events(
                        "/v1/completions",
                        "{\"prompt\":[5,6,7],\"max_tokens\":5,\"ignore_eos\":true,\"stream\":true,"
                                + "\"return_token_ids\":true,\"stream_options\":{\"include_usage\":true,"
                                + "\"continuous_usage_stats\":true}}");

        assertThat(events).hasSize(7).last().isEqualTo("[DONE]");
        for (int i = 0; i < 5; i++) {
            JsonNode chunk = Json.read(events.get(i));
            assertThat(chunk.at("/usage/completion_tokens").asInt()).isEqualTo(i + 1);
            assertThat(chunk.at("/choices/0/token_ids").size()).isEqualTo(1);
            assertThat(chunk.at("/choices/0/finish_reason").isNull()).isEqualTo(i < 4);
        }
        assertThat(Json.read(events.getFirst()).at("/choices/0/prompt_token_ids").size())
                .isEqualTo(3);
        assertThat(Json.read(events.get(5)).path("choices").size()).isZero();
        assertThat(Json.read(events.get(5)).at("/usage/total_tokens").asInt()).isEqualTo(8);
    }

    @Test
    void chatStreamBeginsWithARoleThatCarriesNoToken() throws IOException {
        List<String> events =
                client.events(
                        "/v1/chat/completions",
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"max_tokens\":2,"
                                + "\"ignore_eos\":true,\"stream\":true}");

        assertThat(events).hasSize(4);
        assertThat(Json.read(events.getFirst()).at("/choices/0/delta/role").asString())
                .isEqualTo("assistant");
        assertThat(Json.read(events.getFirst()).at("/choices/0/delta/content").asString())
                .isEmpty();
        assertThat(Json.read(events.get(1)).at("/choices/0/delta/content").asString()).isNotEmpty();
        assertThat(Json.read(events.get(2)).at("/choices/0/finish_reason").asString())
                .isEqualTo("length");
    }

    @Test
    void wrongRequestsAreRefusedInTheRealOnesWords() throws IOException {
        assertError(
                "{\"model\":\"nope\",\"prompt\":\"a\"}", 404, "The model `nope` does not exist");
        assertError(
                "{\"prompt\":\"a\",\"max_tokens\":-1}",
                400,
                "max_tokens must be at least 1, got -1.");
        assertError("{\"prompt\":[99999999]}", 400, "Token id 99999999 is out of vocabulary");
        assertError(
                "{\"prompt\":\"a\",\"max_tokens\":2,\"min_tokens\":5}",
                400,
                "min_tokens must be less");
        assertError(
                "{\"prompt\":\"a\",\"stream_options\":{\"include_usage\":true}}",
                400,
                "Stream options can only be defined when `stream=True`.");
        assertError(
                "{\"prompt\":\"a\",\"max_tokens\":5000}",
                400,
                "cannot be greater than max_model_len=2048");
        String tooLong = IntStream.range(0, 3000).mapToObj(i -> "1").toList().toString();
        assertError(
                "{\"stream\":true,\"prompt\":" + tooLong + "}",
                400,
                "This model's maximum context length is 2048 tokens. However, your prompt contains"
                        + " 3000 input tokens");
        assertError("{\"prompt\":", 400, "json_invalid");
        assertThat(client.get("/nothing"))
                .isEqualTo(new Client.Reply(404, "{\"detail\":\"Not Found\"}"));
    }

    @Test
    void tokenizeCountsWhatCompletionsChargeAndDetokenizeGivesTheTextBack() throws IOException {
        String text = "The quick brown fox, 42 times ü";
        JsonNode tokens = client.post("/tokenize", "{\"prompt\":" + Json.quote(text) + "}").json();
        JsonNode completion =
                client.post(
                                "/v1/completions",
                                "{\"max_tokens\":1,\"prompt\":" + Json.quote(text) + "}")
                        .json();
        JsonNode back =
                client.post("/detokenize", "{\"tokens\":" + Json.write(tokens.path("tokens")) + "}")
                        .json();

        assertThat(tokens.propertyNames())
                .containsExactlyInAnyOrder("count", "max_model_len", "tokens", "token_strs");
        assertThat(completion.at("/usage/prompt_tokens").asInt())
                .isEqualTo(tokens.path("count").asInt())
                .isEqualTo(tokens.path("tokens").size());
        assertThat(back.path("prompt").asString()).isEqualTo(text);
    }

    @Test
    void countersEqualWhatWasServed() throws IOException, InterruptedException {
        PrometheusText before = metrics();
        client.post("/v1/completions", "{\"prompt\":[1,2,3],\"max_tokens\":7,\"ignore_eos\":true}");
        client.events(
                "/v1/completions",
                "{\"prompt\":[1,2],\"max_tokens\":4,\"ignore_eos\":true,\"stream\":true}");
        client.post("/v1/completions", "{\"prompt\":[99999999]}");
        abortAfterTheFirstToken();
        PrometheusText after = awaitIdle();

        assertThat(delta(before, after, "vllm:prompt_tokens_total" + LABELS)).isEqualTo(3 + 2 + 1);
        assertThat(delta(before, after, reason("length"))).isEqualTo(2);
        assertThat(delta(before, after, reason("abort"))).isEqualTo(1);
        double generated = delta(before, after, "vllm:generation_tokens_total" + LABELS);
        double first = delta(before, after, "vllm:time_to_first_token_seconds_count" + LABELS);
        double gaps = delta(before, after, "vllm:inter_token_latency_seconds_count" + LABELS);
        assertThat(first).isEqualTo(3);
        assertThat(generated).isEqualTo(first + gaps).isGreaterThanOrEqualTo(7 + 4 + 1);
        assertThat(delta(before, after, "vllm:request_generation_tokens_sum" + LABELS))
                .isEqualTo(7 + 4);
    }

    @Test
    void metricsHaveTheRealNamesTypesAndBuckets() throws IOException {
        client.post("/v1/completions", "{\"prompt\":[1,2,3],\"max_tokens\":2}");

        PrometheusText page = metrics();

        assertThat(page.types())
                .containsEntry("vllm:num_requests_running", "gauge")
                .containsEntry("vllm:num_requests_waiting", "gauge")
                .containsEntry("vllm:kv_cache_usage_perc", "gauge")
                .containsEntry("vllm:engine_sleep_state", "gauge")
                .containsEntry("vllm:generation_tokens_total", "counter")
                .containsEntry("vllm:request_success_total", "counter")
                .containsEntry("vllm:external_prefix_cache_hits_total", "counter")
                .containsEntry("vllm:mm_cache_queries_total", "counter")
                .containsEntry("vllm:prompt_tokens_by_source_total", "counter")
                .containsEntry("vllm:prompt_tokens_cached_by_source_total", "counter")
                .containsEntry("vllm:admission_rejections_total", "counter")
                .containsEntry("vllm:estimated_flops_per_gpu_total", "counter")
                .containsEntry("vllm:request_num_preemptions", "histogram")
                .containsEntry("vllm:e2e_request_latency_seconds", "histogram")
                .containsEntry("vllm:request_queue_time_seconds", "histogram");
        assertThat(bounds(page, "vllm:time_to_first_token_seconds"))
                .containsExactly(
                        ".001 .005 .01 .02 .04 .06 .08 .1 .25 .5 .75 1 2.5 5 7.5 10 20 40 80 160 640 2560"
                                .split(" "));
        assertThat(bounds(page, "vllm:request_num_preemptions"))
                .containsExactly("1 2 3 4 5 10 20".split(" "));
        assertThat(bounds(page, "vllm:inter_token_latency_seconds"))
                .containsExactly(
                        ".01 .025 .05 .075 .1 .15 .2 .3 .4 .5 .75 1 2.5 5 7.5 10 20 40 80"
                                .split(" "));
    }

    @Test
    void keyIsAskedForBelowV1AndNowhereElse(@TempDir Path folder) throws IOException {
        try (SimulatorServer guarded =
                SimulatorServer.start(
                        cluster(), SimulatorOptions.defaults(folder).withApiKey("k"))) {
            Client other = new Client(guarded.vllmUrl());

            assertThat(other.get("/v1/models"))
                    .isEqualTo(new Client.Reply(401, "{\"error\":\"Unauthorized\"}"));
            assertThat(status(other, "/v1/models", "Bearer wrong")).isEqualTo(401);
            assertThat(status(other, "/v1/models", "Basic k")).isEqualTo(401);
            assertThat(status(other, "/v1/models", "bearer k")).isEqualTo(200);
            assertThat(other.get("/health").status()).isEqualTo(200);
            assertThat(other.get("/metrics").status()).isEqualTo(200);
            assertThat(other.post("/tokenize", "{\"prompt\":\"a\"}").status()).isEqualTo(200);
        }
    }

    @Test
    void smallEndpointsAnswerAsTheRealOnes() throws IOException {
        assertThat(client.get("/health")).isEqualTo(new Client.Reply(200, ""));
        assertThat(client.get("/ping").status()).isEqualTo(200);
        assertThat(client.post("/ping", "").status()).isEqualTo(200);
        assertThat(client.get("/version").json().path("version").asString())
                .isEqualTo(SimulatorServer.VLLM_VERSION);
        assertThat(client.get("/load").json().path("server_load").isInt()).isTrue();
        assertThat(client.post("/reset_prefix_cache", "").status()).isEqualTo(200);
        assertThat(client.get("/v1/models").json().at("/data/0/max_model_len").asInt())
                .isEqualTo(2048);
        assertThat(client.get("/v1/completions").status()).isEqualTo(405);
    }

    @Test
    void tokenizerSpeaksOfItsModelAndNamesTokensIfAsked() throws IOException {
        assertThat(
                        client.post("/tokenize", "{\"prompt\":\"ab 1\",\"return_token_strs\":true}")
                                .json()
                                .path("token_strs"))
                .extracting(JsonNode::asString)
                .containsExactly("ab", " ", "1");
        assertThat(client.post("/tokenize", "{\"model\":\"no\",\"prompt\":\"a\"}").status())
                .isEqualTo(404);
        assertThat(client.post("/detokenize", "{}").json().at("/error/message").asString())
                .contains("'missing'", "tokens");
    }

    private static int status(Client other, String path, String authorization) throws IOException {
        return other.send(other.request(path).header("Authorization", authorization).build())
                .status();
    }

    /** As the facts write them: without a zero before or after the point. */
    private static List<String> bounds(PrometheusText page, String family) {
        return page.samples().keySet().stream()
                .filter(name -> name.startsWith(family + "_bucket") && !name.contains("+Inf"))
                .map(name -> name.replaceFirst(".*le=\"([^\"]+)\".*", "$1"))
                .map(bound -> bound.replaceFirst("^0\\.", ".").replaceFirst("\\.0$", ""))
                .toList();
    }

    private static void abortAfterTheFirstToken() throws IOException {
        String body = "{\"prompt\":[1],\"max_tokens\":2000,\"ignore_eos\":true,\"stream\":true}";
        try (Response response =
                client.http()
                        .newCall(
                                client.request("/v1/completions")
                                        .post(
                                                RequestBody.create(
                                                        body, MediaType.get("application/json")))
                                        .build())
                        .execute()) {
            assertThat(response.body().source().readUtf8LineStrict()).startsWith("data: ");
        }
    }

    private static PrometheusText awaitIdle() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        PrometheusText page = metrics();
        while (page.value("vllm:num_requests_running" + LABELS) > 0
                && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
            page = metrics();
        }
        assertThat(page.value("vllm:num_requests_running" + LABELS)).isZero();
        return page;
    }

    private static PrometheusText metrics() throws IOException {
        return PrometheusText.parse(client.get("/metrics").body());
    }

    private static double delta(PrometheusText before, PrometheusText after, String sample) {
        return after.value(sample) - before.value(sample);
    }

    private static String reason(String reason) {
        return "vllm:request_success_total{engine=\"0\",finished_reason=\""
                + reason
                + "\",model_name=\"sim\"}";
    }

    private static void assertError(String body, int status, String text) throws IOException {
        Client.Reply reply = client.post("/v1/completions", body);
        JsonNode error = reply.json().path("error");
        assertThat(reply.status()).isEqualTo(status);
        assertThat(error.path("message").asString()).contains(text);
        assertThat(error.path("code").asInt()).isEqualTo(status);
        assertThat(error.propertyNames()).containsExactly("message", "type", "param", "code");
    }
}
