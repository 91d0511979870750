package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.FabricSummary;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.reports.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The step in a run, against a dashboard that plays the job's lines. */
@Timeout(60)
// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class FabricStepTest {
    private static final Path CONTRACT = Path.of("..", "scenarios", "contract", "fabric-job.jsonl");

    @TempDir private Path folder;
    private final FakeDashboard ray = new FakeDashboard();
    private final MockWebServer server = new MockWebServer();
    private final FakeProvider provider = new FakeProvider();
    private String expect = "";
    private RunDirectory directory = new RunDirectory(Path.of(""));

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(ray);
        server.start();
        provider.dashboard = Optional.of(server.url("/").uri());
        directory = RunDirectory.create(folder, "fabric", Instant.now());
        ray.log = golden();
        ray.status = "SUCCEEDED";
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fabricThatWorksIsOneLineARecordAndALog() {
        expect = "expect: { transport: NET/IB/GDRDMA }";

        RunOutcome outcome = run(2);

        assertThat(fabric(outcome).event()).isEqualTo("succeeded");
        assertThat(fabric(outcome).detail())
                .isEqualTo(
                        "4 ranks on nccl, 237 GB/s bus; between the nodes 46 GB/s over NET/IB/GDRDMA");
        FabricSummary summary = RunStore.read(directory.path()).fabric().orElseThrow();
        assertThat(summary.outcome()).isEqualTo("passed");
        assertThat(summary.sums())
                .extracting(FabricSummary.Sum::between)
                .containsExactly("all 4 ranks", "node-a – node-b");
        assertThat(summary.directions()).hasSize(2);
        assertThat(summary.transports()).containsExactly("NET/IB/GDRDMA");
        assertThat(directory.logs().resolve("fabric/job.log"))
                .content()
                .contains("NCCL INFO Bootstrap");
    }

    @Test
    void theClassicIsNamedWithHostsDirectionAndWhatToOpen() {
        fails(
                golden().replace("41023,\"result\":\"ok\"", "41023,\"result\":\"timeout\"")
                        .replace("50717,\"result\":\"ok\"", "50717,\"result\":\"timeout\""));

        StepFailedException failure = failure(run(2));

        assertThat(failure.what())
                .contains("node-a (10.0.0.1) cannot reach node-b (10.0.0.2) by TCP on ephemeral")
                .contains("node-b (10.0.0.2) cannot reach node-a (10.0.0.1)")
                .contains("although Ray's own ports work")
                .contains("no direction between the nodes is open");
        assertThat(failure.next()).contains("ip_local_port_range (15000-31999)");
        assertThat(failure.evidence())
                .first()
                .asString()
                .contains("python3 -m http.server 41023", "curl -m 3 http://10.0.0.2:41023");
    }

    @Test
    void absentRanksAreNamedAndTheEngineIsNotStarted() {
        fails(
                golden().replace(
                                "\"result\":\"ok\",\"absent\":[]",
                                "\"result\":\"timeout\",\"absent\":[3]"));

        RunOutcome outcome = run(2);

        assertThat(failure(outcome).what())
                .contains("absent from the all-reduce: rank 3 on node-b");
        assertThat(outcome.record().steps()).extracting(StepSpan::step).doesNotContain("EngineUp");
        assertThat(outcome.record().fabric().orElseThrow().outcome()).isEqualTo("absent ranks");
    }

    @Test
    void otherTransportThanExpectedFails() {
        expect = "expect: { transport: NET/IB/GDRDMA }";
        ray.log = golden().replace("NET/IB/1/GDRDMA", "NET/Socket/0");

        StepFailedException failure = failure(run(2));

        assertThat(failure.what())
                .contains("expect.transport is NET/IB/GDRDMA, between nodes NCCL uses NET/Socket");
        assertThat(failure.evidence())
                .containsExactly(
                        "{\"step\":\"fabric.transport\",\"rank\":3,\"peer\":0,\"via\":\"NET/Socket/0\"}");
    }

    @Test
    void glooWhereATransportIsExpectedIsShownByTorch() {
        expect = "expect: { transport: NET/IB/GDRDMA }";
        ray.log =
                golden().lines()
                        .filter(line -> !line.contains("fabric.transport"))
                        .map(line -> line.replace("\"nccl\"", "\"gloo\""))
                        .collect(Collectors.joining("\n"));

        assertThat(failure(run(2)).evidence())
                .singleElement()
                .asString()
                .contains("fabric.torch", "gloo");
    }

    @Test
    void withoutTorchTheStepSaysSoAndLeavesTheTransportUnproved() {
        expect = "expect: { transport: NET/IB/GDRDMA }";
        ray.log =
                golden().lines()
                                .filter(line -> line.matches(".*fabric.(start|rank|tcp|end).*"))
                                .collect(Collectors.joining("\n"))
                        + "\n{\"step\":\"fabric.torch\",\"error\":\"no torch on node-b\"}\n";

        RunOutcome outcome = run(2);

        assertThat(fabric(outcome).detail())
                .isEqualTo(
                        "TCP is open in all 2 directions between nodes; no all-reduce: no torch on node-b");
        assertThat(outcome.record().reasons())
                .extracting(Reason::text)
                .anyMatch(text -> text.startsWith("not proved: expect.transport"));
    }

    @Test
    void jobThatRayCouldNotRunSaysRaysReason() {
        fails("ModuleNotFoundError: No module named 'ray'\n");
        ray.message = "Job entrypoint command failed\nModuleNotFoundError: No module named 'ray'";

        assertThat(failure(run(2)).what())
                .contains("the fabric job was not finished: Ray ended the job: FAILED")
                .contains("No module named 'ray'");
    }

    @Test
    void singleGpuAndMissingDashboardAreSkippedWithTheReason() {
        assertThat(fabric(run(1)).detail()).isEqualTo("a single GPU has no other to talk to");
        provider.dashboard = Optional.empty();
        assertThat(fabric(run(2)).detail()).isEqualTo("no Ray dashboard to submit the job to");
    }

    private void fails(String log) {
        ray.log =
                log.replace("fabric.end\",\"result\":\"ok\"", "fabric.end\",\"result\":\"error\"");
        ray.status = "FAILED";
    }

    private RunOutcome run(int nodes) {
        Scenario scenario =
                RunScenarios.of(
                        folder,
                        """
                        schemaVersion: 1
                        name: fabric
                        question: Can the nodes talk?
                        cluster: { provider: simulated, nodes: %d, gpusPerNode: 1, gpu: H100-SXM-80GB }
                        smoke: off
                        %s
                        """
                                .formatted(nodes, expect));
        return new BenchmarkRun(
                        scenario, directory, new SilentListener(), new RunOptions(Optional.empty()))
                .execute(provider);
    }

    private static StepSpan fabric(RunOutcome outcome) {
        return outcome.record().steps().stream()
                .filter(span -> span.step().equals("Fabric"))
                .findFirst()
                .orElseThrow();
    }

    private static StepFailedException failure(RunOutcome outcome) {
        assertThat(outcome.ending()).isInstanceOf(Ending.Failed.class);
        Ending.Failed failed = (Ending.Failed) outcome.ending();
        assertThat(failed.step()).isEqualTo("Fabric");
        return failed.failure();
    }

    private static String golden() {
        try {
            return String.join("\n", Files.readAllLines(CONTRACT)) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
