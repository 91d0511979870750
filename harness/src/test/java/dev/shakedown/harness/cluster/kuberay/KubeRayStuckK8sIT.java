package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.real.ShakedownProcess;
import dev.shakedown.harness.scenario.KubeRaySpec;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What never ends: an init container on the way up, a finalizer on the way down. */
@Timeout(300)
class KubeRayStuckK8sIT {
    private static final String RUN = "20260101T000000Z-stuck-abcdef";
    private static final String CLUSTER = "sd-stuck-abcdef";
    private static final String FINALIZER = "example.com/keep-the-invoice";
    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: stuck
            question: Is it named?
            cluster: { provider: kuberay, nodes: 1, gpusPerNode: 2 }
            kuberay:
              namespace: %s
              image: vllm/vllm-openai:v0.11.0
              nodeSelector: { type: real }
              podPatch: { head: stuck.yaml, worker: stuck.yaml }
            deadlines: { clusterUp: 20s }
            """;

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
    void initContainerThatDoesNotEndIsNamedWithItsLog() throws Exception {
        Files.writeString(
                folder.resolve("stuck.yaml"),
                "spec: { initContainers: [{ name: fetch, image: a, command: [sh, -c, \"echo waits for a volume; sleep 1000\"] }] }\n");
        Path scenario =
                Files.writeString(
                        folder.resolve("stuck-run.yaml"), SCENARIO.formatted(rig.namespace()));
        List<String> before = rig.things();

        try (PodRunner _ = new PodRunner(rig.kube, 2, 2, System.getenv("PATH"), folder);
                ShakedownProcess run = ShakedownProcess.run(folder, scenario)) {
            assertThat(run.exitCode(Duration.ofMinutes(2))).as(run.tail()).isEqualTo(3);
            assertThat(run.tail())
                    .containsPattern(
                            "not all pods are ready after 18 s: init container fetch of pod sd-stuck-\\S+ has not ended")
                    .containsPattern(
                            "kubectl logs -n " + rig.namespace() + " sd-stuck-\\S+ -c fetch")
                    .contains("it came by kuberay.podPatch");
            assertThat(run.directory().resolve("logs"))
                    .isDirectoryRecursivelyContaining("glob:**/fetch.log");
            assertThat(rig.things()).isEqualTo(before);
        }
    }

    @Test
    void finalizerOfSomebodyElseIsNamedAndLeftToThem() {
        List<String> before = rig.things();
        KubeRayProvider provider = provider();
        provider.up(Progress.SILENT);
        finalizers("[\"" + FINALIZER + "\"]");

        EndReport report = new KubeRayEnd(Duration.ofSeconds(3)).end(RUN, rig.kube.place());

        assertThat(report.ended())
                .containsExactly(
                        "Secret %s-token in namespace %s".formatted(CLUSTER, rig.namespace()));
        assertThat(report.notEnded())
                .first()
                .asString()
                .isEqualTo(
                        "RayCluster %s in namespace %s is being deleted and waits for finalizer %s (set by bookkeeping): only who set it may remove it, when their work is done. See kubectl get raycluster -n %2$s %1$s --show-managed-fields -o yaml; then shakedown down again"
                                .formatted(CLUSTER, rig.namespace(), FINALIZER));
        assertThat(report.notEnded())
                .filteredOn(line -> line.startsWith("pod "))
                .hasSize(3)
                .allMatch(
                        line ->
                                line.endsWith(
                                        "is still there, with its GPUs, until RayCluster %s is gone"
                                                .formatted(CLUSTER)));
        assertThat(there().getMetadata().getFinalizers()).containsExactly(FINALIZER);

        finalizers("[]");
        provider.down();
        assertThat(rig.things()).isEqualTo(before);
    }

    @Test
    void runWhoseTeardownIsBlockedSaysSoAndDoesNotHang() throws Exception {
        Path scenario =
                Files.writeString(
                        folder.resolve("blocked.yaml"),
                        """
                        schemaVersion: 1
                        name: blocked
                        question: Is it named?
                        cluster: { provider: kuberay, nodes: 2, gpusPerNode: 8 }
                        kuberay: { namespace: %s, image: vllm/vllm-openai:v0.11.0 }
                        """
                                .formatted(rig.namespace()));

        try (ShakedownProcess run =
                ShakedownProcess.run(folder, scenario, "--stop-after", "ClusterUp")) {
            String name = awaitName();
            finalizers(name, "[\"" + FINALIZER + "\"]");

            assertThat(run.exitCode(Duration.ofMinutes(2))).as(run.tail()).isEqualTo(3);
            assertThat(run.output())
                    .contains("not everything could be deleted")
                    .contains("RayCluster " + name)
                    .contains("waits for finalizer " + FINALIZER + " (set by bookkeeping)")
                    .contains("shakedown down");
            finalizers(name, "[]");
        }
    }

    private String awaitName() throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (rig.kube.rayClusters().list().getItems().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
        return rig.kube.rayClusters().list().getItems().getFirst().getMetadata().getName();
    }

    @Test
    void finalizerThatIsRemovedInTimeIsWaitedFor() throws InterruptedException {
        List<String> before = rig.things();
        KubeRayProvider provider = provider();
        provider.up(Progress.SILENT);
        finalizers("[\"" + FINALIZER + "\"]");
        Thread owner =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    rig.kube
                                            .rayClusters()
                                            .withName(CLUSTER)
                                            .waitUntilCondition(
                                                    c ->
                                                            c != null
                                                                    && c.getMetadata()
                                                                                    .getDeletionTimestamp()
                                                                            != null,
                                                    60,
                                                    TimeUnit.SECONDS);
                                    finalizers("[]");
                                });

        provider.down();
        owner.join();

        assertThat(rig.things()).isEqualTo(before);
    }

    private KubeRayProvider provider() {
        KubeRaySpec spec = KubeRayScenarios.in(rig.namespace());
        return new KubeRayProvider(KubeRayScenarios.of(2, 8, spec), spec, RUN, folder);
    }

    private GenericKubernetesResource there() {
        return rig.kube.rayClusters().withName(CLUSTER).get();
    }

    /** As a controller of the cluster's owner would. */
    private void finalizers(String list) {
        finalizers(CLUSTER, list);
    }

    private void finalizers(String name, String list) {
        rig.kube
                .rayClusters()
                .withName(name)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager("bookkeeping")
                                .build(),
                        "{\"metadata\":{\"finalizers\":%s}}".formatted(list));
    }
}
