package dev.shakedown.harness.cluster.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.Leftovers;
import dev.shakedown.harness.cluster.process.ProcFs;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.LocalSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real Ray and real vLLM, from the environment {@code managed-cpu}. */
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class LocalProviderRealIT {
    private static final LocalSpec CPU =
            new LocalSpec(LocalSpec.MANAGED_CPU, OptionalInt.empty(), Optional.empty());
    private static final Duration ENGINE_UP = Duration.ofMinutes(6);

    @TempDir Path folder;
    private final String runId = "it-" + System.nanoTime();

    @BeforeAll
    static void makeEnvironment() {
        PythonEnvironments.ofUser().provide(LocalSpec.MANAGED_CPU, Progress.SILENT);
    }

    @Test
    void twoNodesWithSixteenGpusComeUpInANamespaceAndAForeignRaySurvivesTheirEnd()
            throws Exception {
        Path foreignLog = folder.resolve("foreign.log");
        Path foreignTemp = Files.createTempDirectory(Path.of("/tmp"), "fr");
        Process foreign = foreignRay(foreignTemp, foreignLog);
        try {
            Process probe = clusterProbe();
            assertThat(ready(probe)).startsWith("ready 2 nodes 16 gpus");
            probe.getOutputStream().close();
            assertThat(probe.waitFor(90, TimeUnit.SECONDS)).isTrue();
            assertThat(probe.exitValue()).isZero();
            assertThat(marked()).isEmpty();
            assertThat(folder.resolve("run/logs/head/gcs_server.out")).exists();
            assertThat(folder.resolve("run/logs/worker1/raylet.out")).exists();
            assertThat(foreign.isAlive()).isTrue();
            assertThat(descendantsNamed(foreign, "raylet")).isPositive();
        } finally {
            foreign.descendants().forEach(ProcessHandle::destroyForcibly);
            foreign.destroyForcibly().waitFor();
            Folders.delete(foreignTemp);
        }
    }

    @Test
    void whatAKilledShakedownLeftIsEndedFromOutside() throws Exception {
        Process probe = clusterProbe();
        String line = ready(probe);
        long inner = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
        ProcessHandle.of(inner).orElseThrow().destroyForcibly();
        assertThat(probe.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(probe.exitValue()).isEqualTo(137);
        assertThat(marked()).isNotEmpty();
        Leftovers leftovers = Leftovers.of(Map.of("XDG_STATE_HOME", folder.toString()));
        assertThat(leftovers.list()).anyMatch(left -> left.runId().equals(runId));
        EndReport report = leftovers.end(Progress.SILENT);
        assertThat(report.ended()).anyMatch(ended -> ended.contains("raylet"));
        assertThat(marked()).isEmpty();
        assertThat(leftovers.list()).noneMatch(left -> left.runId().equals(runId));
    }

    @ParameterizedTest
    @EnumSource
    void realVllmServesWithTwoRanks(EngineSpec.Executor executor) throws Exception {
        LocalProvider provider =
                new LocalProvider(LocalScenarios.of(1, 2, CPU, executor), runId, folder);
        try {
            assertThat(provider.preflight()).noneMatch(c -> c.verdict() == Check.Verdict.FAILED);
            assertThat(provider.prepare(Progress.SILENT)).contains("third-party");
            Cluster cluster = provider.up(Progress.SILENT);
            assertThat(cluster.gpus()).isEqualTo(2);
            RunningEngine engine =
                    provider.startEngine(
                            site -> serve(site.model(), site.port(), executor),
                            folder.resolve("logs/engine.log"));
            awaitHealthy(engine);
            assertThat(completion(engine)).contains("\"completion_tokens\":4");
            assertThat(provider.fingerprint())
                    .containsEntry("ray", "2.60.0")
                    .containsEntry("vllm", "0.32.0+cpu")
                    .containsEntry("vllm wheel", "third-party CPU build");
        } finally {
            provider.down();
        }
        assertThat(marked()).isEmpty();
    }

    private static EngineCommand serve(String model, int port, EngineSpec.Executor executor) {
        String text =
                "vllm serve %s --served-model-name tiny --load-format dummy --host 127.0.0.1 --port %d"
                        + " --max-model-len 2048 --enforce-eager --dtype bfloat16"
                        + " --tensor-parallel-size 2 --distributed-executor-backend %s";
        String backend = executor == EngineSpec.Executor.RAY ? "ray" : "mp";
        return new EngineCommand(
                List.of(text.formatted(model, port, backend).split(" ")), Map.of());
    }

    private static void awaitHealthy(RunningEngine engine) throws InterruptedException {
        OkHttpClient http = new OkHttpClient();
        Request health = new Request.Builder().url(engine.baseUrl() + "/health").build();
        long end = System.nanoTime() + ENGINE_UP.toNanos();
        while (System.nanoTime() < end) {
            assertThat(engine.exitStatus()).as("see " + engine.log()).isEmpty();
            try (Response response = http.newCall(health).execute()) {
                if (response.isSuccessful()) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(300);
            }
        }
        throw new AssertionError("not healthy, see " + engine.log());
    }

    /** The first one is slow where two ranks share too few cores. */
    private static String completion(RunningEngine engine) throws IOException {
        OkHttpClient patient =
                new OkHttpClient.Builder().callTimeout(ENGINE_UP).readTimeout(ENGINE_UP).build();
        RequestBody body =
                RequestBody.create(
                        "{\"model\":\"tiny\",\"prompt\":\"hello\",\"max_tokens\":4,\"ignore_eos\":true}",
                        MediaType.get("application/json"));
        Request request =
                new Request.Builder().url(engine.baseUrl() + "/v1/completions").post(body).build();
        try (Response response = patient.newCall(request).execute()) {
            assertThat(response.code()).isEqualTo(200);
            return response.body().string();
        }
    }

    private Process clusterProbe() throws IOException {
        List<String> argv = new ArrayList<>();
        argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        argv.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
        argv.addAll(
                List.of(
                        ClusterProbe.class.getName(),
                        LocalSpec.MANAGED_CPU,
                        runId,
                        folder.resolve("run").toString()));
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        // Nobody else's leftovers are ended by a test.
        builder.environment().put("XDG_STATE_HOME", folder.toString());
        return builder.start();
    }

    private static String ready(Process probe) throws IOException {
        List<String> seen = new ArrayList<>();
        BufferedReader output = probe.inputReader();
        String line = output.readLine();
        while (line != null && !line.startsWith("ready ")) {
            seen.add(line);
            line = output.readLine();
        }
        assertThat(line).as(() -> String.join("\n", seen)).isNotNull();
        return String.valueOf(line);
    }

    private static Process foreignRay(Path temporary, Path log) throws IOException {
        Path bin = PythonEnvironments.ofUser().bin(LocalSpec.MANAGED_CPU);
        List<Integer> ports = Ports.free(2);
        ProcessBuilder builder =
                new ProcessBuilder(
                        bin.resolve("ray").toString(),
                        "start",
                        "--head",
                        "--block",
                        "--disable-usage-stats",
                        "--include-dashboard=false",
                        "--num-cpus=1",
                        "--object-store-memory=80000000",
                        "--port=" + ports.get(0),
                        "--ray-client-server-port=" + ports.get(1),
                        "--temp-dir=" + temporary);
        builder.environment().put("RAY_AUTH_MODE", "disabled");
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        Process foreign = builder.start();
        long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!Files.readString(log).contains("Ray runtime started") && System.nanoTime() < end) {
            assertThat(foreign.isAlive()).as("see " + log).isTrue();
            pause();
        }
        return foreign;
    }

    private static long descendantsNamed(Process process, String name) {
        ProcFs proc = new ProcFs();
        return process.descendants().filter(p -> proc.commandLine(p.pid()).contains(name)).count();
    }

    /** Every process that carries this test's run id. */
    private List<String> marked() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process :
                    processes.filter(p -> p.resolve("environ").toFile().canRead()).toList()) {
                try {
                    if (Files.readString(process.resolve("environ"))
                            .contains("SHAKEDOWN_RUN=" + runId)) {
                        found.add(process.toString());
                    }
                } catch (IOException e) {
                    continue;
                }
            }
        }
        return found;
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
