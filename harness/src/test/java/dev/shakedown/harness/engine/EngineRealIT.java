package dev.shakedown.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.endpoint.EngineClient;
import dev.shakedown.harness.cluster.endpoint.MetricsPage;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.EngineSpec.Executor;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.harness.scenario.Provider;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The engine package on real vLLM (CPU, random weights). */
@Timeout(900)
class EngineRealIT {
    private static final Duration DEADLINE = Duration.ofSeconds(600);
    private static final Parallelism TP2 = new Parallelism(2, 1, 1);
    private static final Parallelism ONE = new Parallelism(1, 1, 1);

    @TempDir Path folder;

    @Test
    void twoRanksServeAndTheLogProvesThem() throws Exception {
        int port = freePort();
        List<String> said = new ArrayList<>();
        try (RealVllm vllm = start(tiny(TP2, Map.of()), model(), port, "good.log")) {
            ReadyEngine ready =
                    EngineReadiness.await(vllm, tiny(TP2, Map.of()), DEADLINE, listener(said));

            assertThat(ready.model()).isEqualTo("tiny");
            assertThat(ready.maxModelLen()).hasValue(1024);
            assertThat(said).anyMatch(line -> line.startsWith("vLLM 0."));
            assertThat(ready.facts().executor()).hasValue("mp");
            assertThat(ready.facts().backend()).hasValue("gloo");
            assertThat(ready.facts().startUp()).containsKey(EngineFacts.INIT);
            Placement placement =
                    PlacementCheck.check(
                            ready.facts(),
                            new ClusterSpec(Provider.LOCAL, 1, 2, Optional.empty()),
                            TP2,
                            List.of());
            assertThat(placement.summary()).startsWith("single node, head: 2 ranks (0 to 1)");
            assertThat(placement.unknown()).isEmpty();
            assertThat(placement.map()).hasSize(2).noneMatch(line -> line.contains("?"));
            costEqualsTheServersCounters(vllm, ready.cost());

            aSecondEngineOnThePortFails(port);
        }
    }

    @Test
    void aCacheThatDoesNotFitIsNamed() throws Exception {
        StepFailedException failed =
                failure(tiny(ONE, Map.of("VLLM_CPU_KVCACHE_SPACE", "9000")), model(), freePort());

        assertThat(failed).hasMessageContaining("vLLM ended with status 1");
        assertThat(failed.evidence())
                .anyMatch(line -> line.contains("less than requested memory for kv"));
    }

    @Test
    void aModelThatIsNotThereIsNamed() throws Exception {
        StepFailedException failed =
                failure(tiny(ONE, Map.of()), folder.resolve("none"), freePort());

        assertThat(failed.evidence()).anyMatch(line -> line.contains(folder.resolve("none") + ""));
    }

    private void aSecondEngineOnThePortFails(int port) throws Exception {
        StepFailedException failed = failure(tiny(ONE, Map.of()), model(), port);

        assertThat(failed).hasMessageContaining("vLLM ended with status 1");
        assertThat(failed.evidence()).anyMatch(line -> line.contains("Address already in use"));
    }

    private static void costEqualsTheServersCounters(RealVllm vllm, ReadyEngine.Cost cost)
            throws IOException {
        try (EngineClient client =
                new EngineClient(vllm.baseUrl(), Optional.empty(), Optional.empty())) {
            MetricsPage page = client.metrics().orElseThrow();
            assertThat(page.sum("vllm:prompt_tokens_total")).hasValue(cost.promptTokens());
            assertThat(page.sum("vllm:generation_tokens_total")).hasValue(cost.generationTokens());
            assertThat(page.requestsInside()).hasValue(0);
            assertThat(cost.failedCompletions()).isZero();
        }
    }

    private StepFailedException failure(EngineSpec spec, Path model, int port) throws Exception {
        try (RealVllm vllm = start(spec, model, port, "broken.log")) {
            return catchThrowableOfType(
                    StepFailedException.class,
                    () -> EngineReadiness.await(vllm, spec, DEADLINE, Progress.SILENT));
        }
    }

    private RealVllm start(EngineSpec spec, Path model, int port, String log) throws IOException {
        EngineSite site = new EngineSite("127.0.0.1", port, model.toString(), true);
        return RealVllm.start(VllmCommand.of(spec, site), port, folder.resolve(log));
    }

    private static EngineSpec tiny(Parallelism shape, Map<String, String> env) {
        return new EngineSpec(
                EngineSpec.BUILTIN_TINY,
                Optional.empty(),
                Optional.empty(),
                shape,
                Executor.MP,
                List.of("--max-model-len=1024"),
                env);
    }

    private static Path model() throws URISyntaxException {
        return Path.of(
                Objects.requireNonNull(EngineRealIT.class.getResource("/tiny-model")).toURI());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Progress listener(List<String> said) {
        return new Progress() {
            @Override
            public void say(String line) {
                said.add(line);
            }

            @Override
            public void bar(String name, double fraction) {}
        };
    }
}
