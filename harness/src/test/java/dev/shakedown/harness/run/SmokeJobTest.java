package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.SmokeSpec;
import dev.shakedown.workloads.smoke.SmokeOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(30)
// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class SmokeJobTest {
    private static final SmokeSpec SPEC = new SmokeSpec(1_000_000, 1, 100, Duration.ofMinutes(10));
    private static final String START =
            """
            {"step":"start","tasks":2,"samplesPerTask":1000000,"burnSeconds":1,"nodes":[{"nodeId":"a1","nodeIp":"10.0.0.1","gpus":2}]}
            """;
    private static final String TASK =
            """
            {"step":"task","task":%d,"nodeId":"a1","nodeIp":"10.0.0.1","cudaVisibleDevices":"%d","samples":1000000,"inside":785398,"result":"ok"}
            """;
    private static final String GOOD =
            START
                    + TASK.formatted(0, 0)
                    + TASK.formatted(1, 1)
                    + "{\"step\":\"end\",\"result\":\"ok\",\"pi\":3.141592}\n";

    private final FakeDashboard ray = new FakeDashboard();
    private final MockWebServer server = new MockWebServer();
    private final List<String> seen = new ArrayList<>();
    private RayClient client;

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(ray);
        server.start();
        client = new RayClient(server.url("/").uri(), Optional.empty());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void jobThatUsesEveryGpuPasses() {
        ray.log = GOOD;
        ray.status = "SUCCEEDED";

        SmokeResult result = run(2, System::nanoTime);

        assertThat(result.outcome()).isInstanceOf(SmokeOutcome.Passed.class);
        assertThat(result.tasks()).hasSize(2);
        assertThat(result.log()).hasSize(4);
        assertThat(seen).containsExactly("10.0.0.1 0.00", "10.0.0.1 0.50", "10.0.0.1 1.00");
    }

    @Test
    void idleGpuIsAWrongPlacement() {
        ray.log = GOOD;
        ray.status = "SUCCEEDED";

        assertThat(run(3, System::nanoTime).outcome())
                .isEqualTo(new SmokeOutcome.WrongPlacement(List.of("GPU 2 of 10.0.0.1 (node a1)")));
    }

    @Test
    void jobThatRayCouldNotRunSaysRaysReason() {
        ray.log = "Traceback\nModuleNotFoundError: No module named 'ray'\n";
        ray.status = "FAILED";
        ray.message = "Job entrypoint command failed\nModuleNotFoundError: No module named 'ray'\n";

        SmokeResult result = run(2, System::nanoTime);

        assertThat(result.outcome().text())
                .isEqualTo(
                        "not finished: Ray ended the job: FAILED: Job entrypoint command failed …"
                                + " ModuleNotFoundError: No module named 'ray'");
        assertThat(result.evidence()).containsExactly("ModuleNotFoundError: No module named 'ray'");
    }

    @Test
    void nodeThatDiedIsNamed() {
        ray.log =
                START
                        + "{\"step\":\"end\",\"result\":\"error\",\"error\":\"task 1 failed:"
                        + " NodeDiedError\"}\n";
        ray.status = "FAILED";
        Progress killer =
                new Progress() {
                    @Override
                    public void say(String line) {}

                    @Override
                    public void bar(String name, double fraction) {
                        ray.nodeAlive = false;
                    }
                };

        assertThat(new SmokeJob(client, killer, System::nanoTime).run(SPEC, 1, 2).outcome().text())
                .isEqualTo(
                        "not finished: task 1 failed: NodeDiedError; node 10.0.0.1 (a1) died:"
                                + " health check failed");
    }

    @Test
    void timeoutStopsTheJobAndSaysWhatItWaitedFor() {
        ray.log = START + "{\"step\":\"pending\",\"task\":1,\"reason\":\"waiting for 1 GPU\"}\n";
        // Twenty seconds a look: the timeout comes after thirty looks.
        AtomicLong clock = new AtomicLong();

        SmokeResult result = run(2, () -> clock.addAndGet(Duration.ofSeconds(20).toNanos()));

        assertThat(result.outcome().text())
                .contains(
                        "had not ended by its timeout and was stopped",
                        "task 1: waiting for 1 GPU");
        assertThat(ray.requests).anyMatch(request -> request.endsWith("/stop"));
    }

    @Test
    void missingAgentIsWaitedFor() {
        ray.log = GOOD;
        ray.status = "SUCCEEDED";
        ray.refusedSubmits = 1;

        assertThat(run(2, System::nanoTime).outcome()).isInstanceOf(SmokeOutcome.Passed.class);
        assertThat(ray.submitted).hasSize(2);
        assertThat(Set.copyOf(ray.submitted)).as("one job, whatever Ray took").hasSize(1);
    }

    @Test
    void dashboardThatIsNotThereIsAnOutcome() {
        server.close();

        assertThat(run(2, System::nanoTime).outcome().text())
                .startsWith("not finished: no answer from Ray's dashboard at");
    }

    @Test
    void interruptStopsTheJobAndStaysSet() {
        ray.log = START;
        Progress interrupting =
                new Progress() {
                    @Override
                    public void say(String line) {}

                    @Override
                    public void bar(String name, double fraction) {
                        Thread.currentThread().interrupt();
                    }
                };

        SmokeResult result = new SmokeJob(client, interrupting, System::nanoTime).run(SPEC, 1, 2);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.outcome().text()).isEqualTo("not finished: interrupted");
        assertThat(ray.requests).anyMatch(request -> request.endsWith("/stop"));
    }

    private SmokeResult run(int gpus, LongSupplier clock) {
        Progress progress =
                new Progress() {
                    @Override
                    public void say(String line) {}

                    @Override
                    public void bar(String name, double fraction) {
                        seen.add(name + " %.2f".formatted(fraction));
                    }
                };
        return new SmokeJob(client, progress, clock).run(SPEC, 1, gpus);
    }
}
