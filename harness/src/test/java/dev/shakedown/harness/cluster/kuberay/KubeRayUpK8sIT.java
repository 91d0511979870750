package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.Pasted;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.process.KeptCluster;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A RayCluster on a real control plane: applied, ready, deleted, and nothing else touched. */
class KubeRayUpK8sIT {
    private static final String RUN = "20260101T000000Z-Up_2x8-abcdef";

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

    private KubeRayProvider provider() {
        KubeRaySpec spec = KubeRayScenarios.in(rig.namespace());
        return new KubeRayProvider(KubeRayScenarios.of(2, 8, spec), spec, RUN, folder);
    }

    @Test
    void preflightFindsEverythingAndMakesNothing() {
        List<String> before = rig.things();

        assertThat(provider().preflight())
                .allSatisfy(check -> assertThat(check.verdict()).isEqualTo(Check.Verdict.OK))
                .extracting(Check::name)
                .contains(
                        "API server",
                        "namespace",
                        "RayCluster CRD",
                        "kuberay operator",
                        "rights",
                        "GPU nodes");
        assertThat(rig.things()).isEqualTo(before);
    }

    @Test
    void twoNodesComeUpAndGoAndAForeignClusterStays() {
        rig.rayCluster("foreign");
        new PodsUp(rig.kube, "foreign", 1, Progress.SILENT, System::nanoTime)
                .await(Duration.ofSeconds(60));
        List<String> before = rig.things();
        KubeRayProvider provider = provider();

        Cluster cluster = provider.up(Progress.SILENT);

        assertThat(cluster.gpus()).isEqualTo(16);
        assertThat(cluster.nodes()).hasSize(3).extracting(Cluster.Node::ip).doesNotHaveDuplicates();
        assertThat(cluster.rayDashboard().orElseThrow().toString()).startsWith("http://10.244.");
        assertThat(rig.dashboards.tokens)
                .allMatch(("Bearer " + cluster.rayToken().orElseThrow())::equals);
        assertThat(rig.things())
                .contains(
                        "RayCluster sd-up-2x8-abcdef",
                        "Secret sd-up-2x8-abcdef-token",
                        "Service sd-up-2x8-abcdef-head-svc");
        assertThat(rig.kube.pods(Labels.selector(RUN)))
                .hasSize(3)
                .filteredOn(pod -> pod.getMetadata().getLabels().get(Labels.ROLE).equals("worker"))
                .extracting(pod -> pod.getSpec().getNodeName())
                .containsExactlyInAnyOrder("gpu-0", "gpu-1");
        assertThat(provider.fingerprint()).containsKeys("kubernetes", "nodes", "ray");

        provider.collectLogs(folder.resolve("logs"));
        assertThat(folder.resolve("logs")).isDirectoryRecursivelyContaining("glob:**/ray.log");
        provider.down();

        assertThat(rig.things()).isEqualTo(before);
        assertThat(folder.resolve("ledger.json"))
                .content()
                .contains(rig.namespace())
                .contains("\"closed\" : true");
    }

    @Test
    void loadGetsAPodOfItsOwnThatRayKnows() throws IOException {
        List<String> before = rig.things();
        KubeRaySpec spec = KubeRayScenarios.in(rig.namespace());
        Path token = Files.writeString(folder.resolve("token"), "hf_secret\n");
        Scenario scenario =
                KubeRayScenarios.loadedFromAPod(
                        KubeRayScenarios.of(2, 8, spec), "/data/hub", token);
        KubeRayProvider provider = new KubeRayProvider(scenario, spec, RUN, folder);

        Cluster cluster = provider.up(Progress.SILENT);

        assertThat(cluster.gpus()).isEqualTo(16);
        assertThat(cluster.nodes())
                .hasSize(4)
                .filteredOn(node -> !node.head() && node.gpus() == 0)
                .hasSize(1);
        assertThat(rig.kube.pods(Labels.selector(RUN) + "," + Labels.ROLE + "=load")).hasSize(1);
        provider.down();
        assertThat(rig.things()).isEqualTo(before);
    }

    @Test
    void podsOutOfReachAreReachedByPortForward() {
        rig.dashboards.onlyByTunnel = true;
        KubeRayProvider provider = provider();

        Cluster cluster = provider.up(Progress.SILENT);

        assertThat(cluster.rayDashboard().orElseThrow().getHost()).isEqualTo("127.0.0.1");
        assertThat(cluster.gpus()).isEqualTo(16);
        provider.down();
        assertThat(rig.things()).noneMatch(thing -> thing.contains("sd-up"));
    }

    @Test
    void downOfAnotherProcessFinishesTheJob() {
        KubeRayProvider killed = provider();
        killed.up(Progress.SILENT);

        assertThat(new KubeRayEnd().end("20260101T000000Z-Up_2x8-fedcba", rig.kube.place()).ended())
                .isEmpty();
        assertThat(new KubeRayEnd().end(RUN, rig.kube.place()).ended())
                .containsExactly(
                        "RayCluster sd-up-2x8-abcdef in namespace " + rig.namespace(),
                        "Secret sd-up-2x8-abcdef-token in namespace " + rig.namespace());

        assertThat(rig.things()).noneMatch(thing -> thing.contains("sd-up"));
        killed.down();
    }

    @Test
    void keptClusterIsTakenUpByALaterRunAndStaysThere() {
        KubeRayProvider first = provider();
        Cluster cluster = first.up(Progress.SILENT);
        KeptCluster kept =
                new KeptCluster(
                        "up", Map.of(), "", cluster.nodes(), first.fingerprint(), first.layout());
        first.release();
        List<String> there = rig.things();
        KubeRaySpec spec = KubeRayScenarios.in(rig.namespace());
        KubeRayProvider second =
                new KubeRayProvider(
                        KubeRayScenarios.of(2, 8, spec),
                        spec,
                        "20260101T000001Z-later-123456",
                        folder.resolve("later"));

        Cluster again = second.attach(kept, cluster.rayToken());

        assertThat(again.nodes()).isEqualTo(cluster.nodes());
        assertThat(second.fingerprint()).containsKeys("kubernetes", "nodes", "ray");
        second.collectLogs(folder.resolve("logs"));
        assertThat(folder.resolve("logs")).isDirectoryRecursivelyContaining("glob:**/ray.log");
        second.release();
        second.down();
        assertThat(rig.things()).isEqualTo(there);
        first.down();
        assertThatThrownBy(() -> second.attach(kept, cluster.rayToken()))
                .hasMessageContaining("sd-up-2x8-abcdef is gone");
        assertThat(rig.things()).noneMatch(thing -> thing.contains("sd-up"));
    }

    @Test
    void linesOfThePlanDoTheSameInAShell() throws Exception {
        List<String> before = rig.things();
        KubeRaySpec spec = KubeRayScenarios.in(rig.namespace());
        ProviderPlan plan =
                new KubeRayPlan(KubeRayScenarios.of(2, 8, spec), spec, RUN)
                        .of(site -> new EngineCommand(List.of("vllm"), Map.of()));

        Pasted.run(folder, plan.up());
        assertThat(rig.kube.pods(Labels.selector(RUN))).hasSize(3).allMatch(Snapshot::ready);

        Pasted.run(folder, plan.down());
        assertThat(rig.things()).isEqualTo(before);
    }
}
