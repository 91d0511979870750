package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.local.MadeModel;
import dev.shakedown.harness.cluster.local.PythonEnvironments;
import dev.shakedown.harness.cluster.ray.CachedFolder;
import dev.shakedown.harness.scenario.LocalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients that nobody here wrote against {@code shakedown simulate}: the OpenAI client, {@code vllm
 * bench serve}, GuideLLM, Prometheus' parser and Ray's job tools work unchanged, and what the
 * benchmarks report is what the server knows.
 */
@Isolated("what it measures must be all that runs")
@Timeout(180)
class SimulateRealIT {
    private static final Duration UP = Duration.ofSeconds(30);
    private static final Duration PROGRAM = Duration.ofSeconds(60);
    private static final Path CLIENTS = Path.of("src/test/resources/clients").toAbsolutePath();
    private static final JsonMapper JSON = JsonMapper.shared();

    private static final String PI =
            "python pi_job.py --samples-per-task 1000000 --burn-seconds 1 --matrix-size 2000"
                    + " --nodes 1 --gpus-per-node 1 --timeout 60";

    /** A GPU for the engine, whose steps take as long as a client can measure, and one for jobs. */
    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: simulated
            question: Do the real clients work?
            cluster: { provider: simulated, nodes: 1, gpusPerNode: 2, gpu: H100-SXM-80GB }
            engine: { model: meta-llama/Llama-3.1-8B-Instruct, servedModelName: llama }
            """;

    @TempDir Path folder;
    private Path bin;
    private Path scenario;
    private Path secret;

    @BeforeEach
    void prepare() throws IOException {
        bin = PythonEnvironments.ofUser().provide(LocalSpec.MANAGED_CPU, Progress.SILENT).bin();
        scenario = Files.writeString(folder.resolve("simulated.yaml"), SCENARIO);
        secret = Files.writeString(folder.resolve("secret"), "open-sesame");
    }

    @Test
    void openAiClientAndPrometheusParserWorkAndTheBenchmarkReportsTheEnginesOwnTimes()
            throws Exception {
        try (ShakedownProcess simulate =
                ShakedownProcess.simulate(
                        folder,
                        scenario.toString(),
                        "--dashboard-port=0",
                        "--api-key-file=" + secret)) {
            String url = ready(simulate).path("vllm").asString();
            assertThat(program("openai_client.py", url, "llama", "open-sesame")).endsWith("ok\n");

            JsonNode before = JSON.readTree(program("metrics_page.py", url));
            JsonNode bench = bench(url, "llama", 32);
            JsonNode after = JSON.readTree(program("metrics_page.py", url));

            assertThat(change(before, after, "vllm:generation_tokens_total"))
                    .isEqualTo(bench.path("total_output_tokens").asDouble());
            assertSame(
                    bench,
                    "mean",
                    1e3 * mean(before, after, "vllm:time_to_first_token_seconds"),
                    1e3 * mean(before, after, "vllm:request_time_per_output_token_seconds"));
        }
    }

    @Test
    void benchmarkReportsTheExactServersTimes() throws Exception {
        try (ShakedownProcess simulate =
                ShakedownProcess.simulate(folder, "--exact", "ttft=200ms,itl=20ms")) {
            JsonNode ready = ready(simulate);
            JsonNode bench = bench(ready.path("vllm").asString(), "exact", 32);
            JsonNode truth = get(ready.path("truth").asString());

            assertThat(truth.path("tokens").asLong())
                    .isEqualTo(bench.path("total_output_tokens").asLong());
            assertSame(
                    bench,
                    "median",
                    truth.at("/ttft/p50_ms").asDouble(),
                    truth.at("/tpot/p50_ms").asDouble());
        }
    }

    @Test
    void guideLlmReportsTheExactServersTimes() throws Exception {
        try (ShakedownProcess simulate =
                ShakedownProcess.simulate(folder, "--exact", "ttft=200ms,itl=20ms")) {
            JsonNode ready = ready(simulate);
            JsonNode report = guideLlm(ready.path("vllm").asString(), "exact");
            JsonNode metrics = report.at("/benchmarks/0/metrics");
            JsonNode truth = get(ready.path("truth").asString());

            assertThat(metrics.at("/request_totals/successful").asInt()).isEqualTo(40);
            assertSame(
                    "GuideLLM's median",
                    metrics.at("/time_to_first_token_ms/successful/median").asDouble(),
                    truth.at("/ttft/p50_ms").asDouble(),
                    metrics.at("/inter_token_latency_ms/successful/median").asDouble(),
                    truth.at("/tpot/p50_ms").asDouble());
        }
    }

    @Test
    void raysJobToolsWorkWithTheTokenAndNotWithout() throws Exception {
        Path job = Files.createDirectory(folder.resolve("job"));
        Files.writeString(job.resolve("pi_job.py"), "# the simulator has its own\n");
        try (ShakedownProcess simulate =
                ShakedownProcess.simulate(
                        folder,
                        scenario.toString(),
                        "--dashboard-port=0",
                        "--token-file=" + secret)) {
            String dashboard = ready(simulate).path("dashboard").asString();
            assertThat(program("ray_jobs.py", dashboard, job.toString(), PI)).endsWith("ok\n");

            List<String> submit = new ArrayList<>(List.of(bin.resolve("ray").toString()));
            submit.addAll(List.of("job", "submit", "--address", dashboard, "--working-dir"));
            submit.addAll(List.of(job.toString(), "--"));
            submit.addAll(List.of(PI.split(" ")));
            Ended right = run(submit, Map.of("RAY_AUTH_TOKEN", "open-sesame"));
            Ended wrong = run(submit, Map.of("RAY_AUTH_TOKEN", "abracadabra"));

            assertThat(right.output()).contains("\"result\":\"ok\"").contains("succeeded");
            assertThat(right.exit()).isZero();
            assertThat(wrong.exit()).isNotZero();
        }
    }

    /**
     * What that client adds to a first token: its clock starts before it makes the request, the
     * server's when it has read it. That grows with the users whose requests are made together: it
     * was 6 to 12 ms for 16 of them, 2 to 7 ms for these 4. Of the gaps, only the lateness of two
     * reads is left, spread over all of them.
     */
    private static void assertSame(JsonNode bench, String statistic, double ttft, double tpot) {
        assertSame(
                "vllm bench serve's " + statistic,
                bench.path(statistic + "_ttft_ms").asDouble(),
                ttft,
                bench.path(statistic + "_tpot_ms").asDouble(),
                tpot);
    }

    private static void assertSame(
            String whose, double theirTtft, double ttft, double theirTpot, double tpot) {
        System.out.printf(
                "%s TTFT %.2f ms, the server's %.2f; TPOT %.3f ms, the server's %.3f%n",
                whose, theirTtft, ttft, theirTpot, tpot);
        assertThat(theirTtft).isCloseTo(ttft, within(10.0));
        assertThat(theirTpot).isCloseTo(tpot, Percentage.withPercentage(3));
    }

    /**
     * The same load; what it calls inter-token latency is TPOT, its TPOT has the first token in it.
     */
    private JsonNode guideLlm(String url, String model) throws Exception {
        Path packages = guideLlmPackages();
        Path result = folder.resolve("guidellm.json");
        List<String> argv = new ArrayList<>(List.of(bin.resolve("python").toString()));
        argv.addAll(List.of("-m", "guidellm", "run", "--disable-console"));
        argv.addAll(
                List.of("--backend", "kind=openai_http,target=%s,model=%s".formatted(url, model)));
        argv.addAll(List.of("--profile", "kind=concurrent,streams=4"));
        argv.addAll(List.of("--constraint", "kind=max_requests,count=40"));
        argv.addAll(List.of("--tokenizer", "kind=hf_auto,model=" + MadeModel.tiny()));
        argv.addAll(List.of("--data", "kind=synthetic_text,prompt_tokens=64,output_tokens=32"));
        argv.addAll(List.of("--output", "kind=json,path=" + result));
        Ended ended = run(argv, Map.of("PYTHONPATH", packages.toString()));
        assertThat(ended.exit()).as(ended.output()).isZero();
        return JSON.readTree(result.toFile());
    }

    private Path guideLlmPackages() throws Exception {
        String name = "test-guidellm-0.8.1";
        List<String> install =
                new ArrayList<>(List.of(bin.resolve("uv").toString(), "pip", "install"));
        install.addAll(
                List.of("--quiet", "--no-deps", "--python", bin.resolve("python").toString()));
        install.addAll(List.of("--target", CachedFolder.place(name).toString()));
        install.addAll(List.of("--requirement", CLIENTS.resolve("guidellm.txt").toString()));
        return CachedFolder.of(name, List.of(install));
    }

    /** 40 requests of 32 tokens, 4 at a time. */
    private JsonNode bench(String url, String model, int outputTokens) throws Exception {
        Path result = folder.resolve("bench.json");
        List<String> argv = new ArrayList<>(List.of(bin.resolve("vllm").toString()));
        argv.addAll(List.of("bench", "serve", "--backend", "openai", "--base-url", url));
        argv.addAll(List.of("--endpoint", "/v1/completions", "--model", model));
        argv.addAll(List.of("--tokenizer", MadeModel.tiny().toString(), "--ignore-eos"));
        argv.addAll(List.of("--dataset-name", "random", "--random-input-len", "64"));
        argv.addAll(List.of("--random-output-len", String.valueOf(outputTokens)));
        argv.addAll(List.of("--num-prompts", "40", "--max-concurrency", "4", "--disable-tqdm"));
        argv.addAll(List.of("--save-result", "--result-dir", folder.toString()));
        argv.addAll(List.of("--result-filename", result.getFileName().toString()));
        Ended ended = run(argv, Map.of("OPENAI_API_KEY", "open-sesame"));
        assertThat(ended.exit()).as(ended.output()).isZero();
        JsonNode json = JSON.readTree(result.toFile());
        assertThat(json.path("completed").asInt()).isEqualTo(40);
        return json;
    }

    /** By the change of a histogram's sum and count. */
    private static double mean(JsonNode before, JsonNode after, String histogram) {
        return change(before, after, histogram + "_sum")
                / change(before, after, histogram + "_count");
    }

    private static double change(JsonNode before, JsonNode after, String sample) {
        return after.path(sample).asDouble() - before.path(sample).asDouble();
    }

    private String program(String name, String... arguments) throws Exception {
        List<String> argv = new ArrayList<>();
        argv.add(bin.resolve("python").toString());
        argv.add(CLIENTS.resolve(name).toString());
        argv.addAll(List.of(arguments));
        Ended ended = run(argv, Map.of("RAY_AUTH_TOKEN", "open-sesame"));
        assertThat(ended.exit()).as(ended.output()).isZero();
        return ended.output();
    }

    private record Ended(int exit, String output) {}

    private Ended run(List<String> argv, Map<String, String> env) throws Exception {
        Path output = Files.createTempFile(folder, "client", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(env);
        builder.environment().put("RAY_AUTH_MODE", "token");
        builder.environment().put("HF_HUB_OFFLINE", "1");
        builder.environment().put("VLLM_NO_USAGE_STATS", "1");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(PROGRAM.toSeconds(), TimeUnit.SECONDS))
                    .as("%s\n%s", String.join(" ", argv), Files.readString(output))
                    .isTrue();
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }

    private static JsonNode ready(ShakedownProcess simulate) throws Exception {
        simulate.awaitLine("\\{\"vllm\".*\\}", UP);
        return JSON.readTree(
                simulate.output().lines().filter(l -> l.startsWith("{")).findFirst().orElseThrow());
    }

    private static JsonNode get(String url) throws IOException {
        Request request = new Request.Builder().url(url).build();
        try (Response response = new OkHttpClient().newCall(request).execute()) {
            return JSON.readTree(response.body().string());
        }
    }
}
