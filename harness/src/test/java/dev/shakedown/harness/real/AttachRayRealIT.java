package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.local.MadeModel;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayJob;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real vLLM as a job on a real Ray that Shakedown did not start, and does not end. */
@Timeout(600)
@Order(3)
@Tag("full")
class AttachRayRealIT {
    private static final Duration UP = Duration.ofMinutes(5);
    private static final Duration END = Duration.ofSeconds(90);

    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: foreign
            question: Does vLLM serve on the Ray of somebody else?
            cluster: { provider: attach, nodes: 1, gpusPerNode: 2 }
            attach: { rayDashboard: "http://127.0.0.1:%d", startEngine: true, baseUrl: "http://%s:%d" }
            engine:
              model: %s
              servedModelName: tiny
              tensorParallel: 2
              args: [--load-format=dummy, --enforce-eager, --dtype=bfloat16]
            smoke: off
            load:
              arrivals: { closedLoop: 2 }
              prompts: { inputTokens: 32, outputTokens: 16, seed: 42 }
              warmUp: 1s
              duration: 8s
            """;

    @TempDir Path folder;
    private ForeignRay foreign;
    private URI dashboard;
    private Path scenario;

    @BeforeEach
    void startRay() throws Exception {
        int port = ForeignRay.freePort();
        dashboard = URI.create("http://127.0.0.1:" + port);
        foreign = ForeignRay.withDashboard(port, 2);
        scenario =
                Files.writeString(
                        folder.resolve("foreign.yaml"),
                        SCENARIO.formatted(
                                port, address(), ForeignRay.freePort(), MadeModel.tiny()));
    }

    @AfterEach
    void endRay() throws Exception {
        foreign.end();
    }

    @Test
    void engineRunsAsAJobAndTheRayStays() throws Exception {
        try (ShakedownProcess run = ShakedownProcess.run(folder, scenario)) {
            assertThat(run.exitCode(UP)).as(run.tail()).isIn(0, 4);
            assertThat(run.record().outcomes()).containsOnlyKeys("Completed");
            assertThat(run.output()).contains("executor ray").contains("round trip to ");
            foreign.assertUnharmed();
        }
    }

    @Test
    void loadOnTheClusterThatIsInterruptedKeepsWhatItMeasured() throws Exception {
        try (ShakedownProcess run =
                ShakedownProcess.run(
                        folder,
                        scenario,
                        "--set",
                        "load.from=head",
                        "--set",
                        "load.duration=100s")) {
            run.awaitLine("measuring, .* TTFT p50 [0-9]", UP);
            assertThat(run.handle().destroy()).isTrue();
            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(130);
            assertThat(run.record().verdict()).isEqualTo(Verdict.ABORTED);
            assertThat(run.record().outcomes().get("Completed")).as(run.tail()).isPositive();
            assertThat(run.record().metrics()).containsKey("ttft");
            assertThat(run.directory().resolve("requests.csv.gz")).isNotEmptyFile();
        }
        assertThat(jobsAtWork()).isEmpty();
        foreign.assertUnharmed();
    }

    @Test
    void downEndsTheJobsOfAShakedownThatWasKilled() throws Exception {
        try (ShakedownProcess run = ShakedownProcess.run(folder, scenario)) {
            run.awaitLine("vLLM [0-9]", UP);
            run.handle().destroyForcibly();
            assertThat(run.exitCode(END)).isEqualTo(137);
        }
        try (ShakedownProcess down = ShakedownProcess.down(folder)) {
            assertThat(down.exitCode(END)).as(down.tail()).isZero();
            assertThat(down.output()).contains("ended: job shakedown-vllm-");
        }
        foreign.assertUnharmed();
    }

    private String address() {
        try (RayClient ray = new RayClient(dashboard, Optional.empty())) {
            return ray.nodes().getFirst().ip();
        }
    }

    private List<RayJob> jobsAtWork() {
        try (RayClient ray = new RayClient(dashboard, Optional.empty())) {
            return ray.jobs().list().stream().filter(job -> !job.status().terminal()).toList();
        }
    }
}
