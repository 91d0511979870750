package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.ray.RayPython;
import dev.shakedown.harness.cluster.ray.RealRay;
import dev.shakedown.harness.real.ShakedownProcess;
import dev.shakedown.reports.run.RunRecord.SmokeGpu;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A RayCluster whose pods are real processes, each in a network of its own: real Ray, real jobs.
 * Needs the Python environment of {@code -Preal} in the cache: the rig has no way to a package
 * registry.
 */
@Timeout(600)
class KubeRayRealRayK8sIT {
    private static final Duration UP = Duration.ofMinutes(4);

    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: real-pods
            question: Do all GPUs of two worker pods work?
            cluster: { provider: kuberay, nodes: 2, gpusPerNode: 2 }
            kuberay:
              namespace: %s
              image: vllm/vllm-openai:v0.11.0
              rayVersion: "%s"
              nodeSelector: { type: real }
            smoke:
              monteCarloPi: { samplesPerTask: 500000, burnSeconds: 1, matrixSize: 500, timeout: 3m }
            """;

    private static final Duration SERVED = Duration.ofMinutes(7);

    private static final String SERVING =
            """
            schemaVersion: 1
            name: served-in-pods
            question: Does vLLM in a pod serve a load from another pod?
            cluster: { provider: kuberay, nodes: 1, gpusPerNode: 1 }
            kuberay:
              namespace: %s
              image: vllm/vllm-openai:v0.11.0
              rayVersion: "%s"
              nodeSelector: { type: real }
            engine:
              model: builtin:tiny
              executor: mp
              args: [--enforce-eager, --dtype, bfloat16]
              env: { VLLM_CPU_KVCACHE_SPACE: "1", VLLM_CPU_OMP_THREADS_BIND: nobind, HF_HUB_OFFLINE: "1" }
            smoke: off
            load:
              arrivals: { closedLoop: 2 }
              prompts: { inputTokens: 32, outputTokens: 16, seed: 42 }
              warmUp: 2s
              duration: 10s
              from: pod
            """;

    @TempDir private Path folder;
    private Rig rig;
    private PodRunner runner;
    private List<String> before = List.of();

    @BeforeEach
    void start() throws Exception {
        rig = new Rig();
        String path = RayPython.bin(RealRay.PINNED) + ":" + System.getenv("PATH");
        runner = new PodRunner(rig.kube, 3, 2, path, folder);
        before = rig.things();
    }

    @AfterEach
    void end() {
        try {
            runner.close();
        } finally {
            rig.close();
        }
    }

    private ShakedownProcess run(String... more) throws IOException {
        Path scenario =
                Files.writeString(
                        folder.resolve("real-pods.yaml"),
                        SCENARIO.formatted(rig.namespace(), RealRay.PINNED));
        return ShakedownProcess.run(folder, scenario, more);
    }

    @Test
    void allGpusOfTwoPodsWork() throws Exception {
        try (ShakedownProcess run = run()) {
            assertThat(run.exitCode(UP)).as(run.tail()).isZero();
            assertThat(run.record().verdict()).isEqualTo(Verdict.PASSED);
            assertThat(run.record().smoke().orElseThrow().gpus())
                    .hasSize(4)
                    .extracting(SmokeGpu::gpu)
                    .containsOnly("0", "1");
            assertThat(rig.things()).isEqualTo(before);
        }
    }

    /** The main job on Kubernetes: vLLM's CPU build in one pod, the load in another. */
    @Test
    void loadFromAPodReachesAnEngineInAnother() throws Exception {
        Path scenario =
                Files.writeString(
                        folder.resolve("served.yaml"),
                        SERVING.formatted(rig.namespace(), RealRay.PINNED));
        try (ShakedownProcess run = ShakedownProcess.run(folder, scenario)) {
            assertThat(run.exitCode(SERVED)).as(run.tail()).isIn(0, 4);
            assertThat(run.record().outcomes()).containsOnlyKeys("Completed");
            assertThat(run.record().fingerprint())
                    .containsEntry("load.from", "pod")
                    .doesNotContainKey("load.tunnel");
            assertThat(run.output()).contains("round trip from ", "-load-");
            assertThat(run.directory().resolve("requests.csv.gz")).isNotEmptyFile();
            assertThat(rig.things()).isEqualTo(before);
        }
    }

    @Test
    void aRayletThatIsKilledIsNamedAndItsPodsFirstLifeIsKept() throws Exception {
        try (ShakedownProcess run = run("--set", "smoke.monteCarloPi.burnSeconds=20")) {
            run.awaitLine("no CUDA device in the task", UP);
            String pod =
                    rig.kube.pods("ray.io/node-type=worker").getFirst().getMetadata().getName();
            killRaylet(pod);

            assertThat(run.exitCode(UP)).as(run.tail()).isEqualTo(3);
            assertThat(run.output())
                    // Which of them depends on whether Ray has missed the node already.
                    .containsPattern("NodeDiedError|ActorUnavailableError")
                    .contains("cause: A raylet was killed")
                    .doesNotContain("seen in :");
            assertThat(run.directory().resolve("logs").resolve(pod).resolve("ray-previous.log"))
                    .exists();
            assertThat(rig.things()).isEqualTo(before);
        }
    }

    private void killRaylet(String pod) {
        List<ProcessHandle> raylets =
                runner.processes(pod).stream()
                        .filter(process -> process.info().command().orElse("").endsWith("/raylet"))
                        .toList();
        assertThat(raylets).hasSize(1);
        raylets.forEach(ProcessHandle::destroyForcibly);
    }
}
