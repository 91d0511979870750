package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.Pasted;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.scenario.ExistingRayClusterSpec;
import dev.shakedown.harness.scenario.Scenario;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a RayCluster of somebody else before anything runs on it. */
class ExistingRayClusterK8sIT {
    private static final String RUN = "20260101T000000Z-existing-abcdef";

    @TempDir private Path folder;
    private Rig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new Rig();
    }

    @AfterEach
    void end() {
        rig.close();
    }

    @Test
    void readyOneIsTakenWithTheTokenOfItsSecretAndLeftAsItWas() {
        ForeignRayCluster theirs = ForeignRayCluster.make(rig, 2, 8, Map.of());
        List<String> before = theirs.traits();
        List<String> things = rig.things();
        ExistingRayClusterProvider provider = provider(2, 8, "theirs", Optional.of("2.53.0"));

        assertThat(provider.preflight())
                .allSatisfy(check -> assertThat(check.verdict()).isEqualTo(Check.Verdict.OK))
                .extracting(Check::detail)
                .contains(
                        "theirs in namespace " + rig.namespace() + ", head and 2 workers ready",
                        "of Secret theirs-token",
                        "Ray 2.53.0",
                        "2 × 8 GPUs, all free");
        Cluster cluster = provider.up(Progress.SILENT);

        assertThat(cluster.gpus()).isEqualTo(16);
        assertThat(cluster.rayToken()).contains(ForeignRayCluster.TOKEN);
        assertThat(rig.dashboards.tokens)
                .isNotEmpty()
                .allMatch(("Bearer " + ForeignRayCluster.TOKEN)::equals);
        provider.collectLogs(folder.resolve("logs"));
        assertThat(folder.resolve("logs")).isDirectoryRecursivelyContaining("glob:**/ray.log");
        assertThat(folder.resolve("ledger.json")).content().contains("\"rayCluster\" : \"theirs\"");
        assertThat(rig.things()).isEqualTo(things);
        assertThat(theirs.traits()).isEqualTo(before);
    }

    @Test
    void linesOfThePlanReachItsRayWithTheTokenInAShell() throws Exception {
        ForeignRayCluster.make(rig, 2, 8, Map.of());
        List<String> lines =
                new ArrayList<>(
                        provider(2, 8, "theirs", Optional.empty())
                                .plan(site -> new EngineCommand(List.of("vllm"), Map.of()))
                                .up());
        Path token = folder.resolve("token");
        lines.add("printf %s \"$RAY_AUTH_TOKEN\" >" + token);
        lines.add("curl -fsS $RAY_API_SERVER_ADDRESS/api/version");
        lines.add(ShellWords.END_JOBS);

        Pasted.run(folder, lines);

        assertThat(token).hasContent(ForeignRayCluster.TOKEN);
        assertThat(folder.resolve("plan.txt")).content().contains("ray_version");
    }

    @Test
    void absentOneIsNamedWithThoseThatAreThere() {
        rig.rayCluster("foreign");

        assertThat(failed(2, 8, "theirs"))
                .containsExactly(
                        "there is no RayCluster theirs in namespace %s; there are foreign"
                                .formatted(rig.namespace()));
    }

    @Test
    void oneThatIsNotReadyIsNamedWithItsStall() throws InterruptedException {
        ForeignRayCluster theirs = ForeignRayCluster.make(rig, 2, 8, Map.of());
        rig.client().nodes().withName("gpu-0").edit(node -> cordoned(node, true));
        rig.client().nodes().withName("gpu-1").edit(node -> cordoned(node, true));
        try {
            rig.client()
                    .pods()
                    .inNamespace(rig.namespace())
                    .withName(theirs.now().workers().getFirst().getMetadata().getName())
                    .delete();
            await(() -> theirs.now().workers().stream().anyMatch(p -> !PodStalls.of(p).isEmpty()));

            assertThat(failed(2, 8, "theirs"))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "RayCluster theirs in namespace %s is not ready: head ready, 1 of 2 workers; pod theirs-worker-"
                                    .formatted(rig.namespace()))
                    .contains("cannot be scheduled")
                    .contains("are cordoned");
        } finally {
            rig.client().nodes().withName("gpu-0").edit(node -> cordoned(node, false));
            rig.client().nodes().withName("gpu-1").edit(node -> cordoned(node, false));
        }
    }

    @Test
    void otherShapeAndOtherRayAreNamed() {
        ForeignRayCluster.make(rig, 1, 8, Map.of());

        assertThat(failed(2, 8, "theirs"))
                .containsExactly("the scenario asks for 2 × 8 GPUs, Ray has nodes with [8]");
        assertThat(failed(provider(1, 8, "theirs", Optional.of("2.49.0"))))
                .containsExactly("RayCluster theirs runs Ray 2.53.0, the scenario asks for 2.49.0");
    }

    @Test
    void secretThatIsNotThereIsNamed() {
        ForeignRayCluster.make(rig, 1, 8, Map.of());
        rig.client().secrets().inNamespace(rig.namespace()).withName("theirs-token").delete();

        assertThat(failed(1, 8, "theirs"))
                .containsExactly(
                        "there is no Secret theirs-token in namespace %s, which should hold Ray's token"
                                .formatted(rig.namespace()));
    }

    @Test
    void endOfJobsOnOneThatHasGoneIsNothingLeft() {
        EndReport report = new KubeRayEnd().end(RUN, rig.kube.place().on("theirs"));

        assertThat(report).isEqualTo(EndReport.NOTHING);
    }

    private List<String> failed(int nodes, int gpus, String name) {
        return failed(provider(nodes, gpus, name, Optional.empty()));
    }

    private static List<String> failed(ExistingRayClusterProvider provider) {
        return provider.preflight().stream()
                .filter(check -> check.verdict() == Check.Verdict.FAILED)
                .map(Check::detail)
                .toList();
    }

    private ExistingRayClusterProvider provider(
            int nodes, int gpus, String name, Optional<String> ray) {
        ExistingRayClusterSpec spec =
                new ExistingRayClusterSpec(
                        Optional.empty(), Optional.of(rig.namespace()), name, ray);
        Scenario scenario = KubeRayScenarios.of(nodes, gpus, spec, Duration.ofMinutes(2));
        return new ExistingRayClusterProvider(scenario, spec, RUN, folder);
    }

    private static Node cordoned(Node node, boolean value) {
        node.getSpec().setUnschedulable(value);
        return node;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(100);
        }
    }
}
