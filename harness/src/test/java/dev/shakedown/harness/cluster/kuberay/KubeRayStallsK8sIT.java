package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.KubeRaySpec;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each stall provoked on a real control plane, with what is said of it; nothing is left after it.
 */
class KubeRayStallsK8sIT {
    private static final Duration SHORT = Duration.ofSeconds(20);

    @TempDir private Path folder;
    private final List<String> said = new CopyOnWriteArrayList<>();
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
    void tooFewGpusAreNamedWithTheNodesThatHaveThem() {
        StepFailedException failed = failed(2, 16, KubeRayScenarios.in(rig.namespace()), SHORT);

        assertThat(failed.what())
                .matches(
                        "not all pods are ready after 18 s: pod sd-\\S+-worker-\\S+ cannot be scheduled: it asks for 16 nvidia.com/gpu on one node, and 0 of 3 nodes have as many free");
        assertThat(failed.evidence())
                .singleElement()
                .asString()
                .contains("3 Insufficient nvidia.com/gpu");
        assertThat(said).anyMatch(line -> line.startsWith("waiting: pod sd-"));
    }

    @Test
    void imageThatIsNotThereEndsTheStepAtOnce() throws InterruptedException {
        StepFailedException failed =
                onManualNode(
                        waiting(
                                "ImagePullBackOff",
                                "Back-off pulling image: vllm:nope: not found"));

        assertThat(failed.what())
                .matches("image vllm:nope of pod sd-\\S+ cannot be pulled: ImagePullBackOff");
        assertThat(failed.evidence()).singleElement().asString().contains("not found");
        assertThat(failed.next()).contains("kuberay.image");
    }

    @Test
    void killedForMemoryIsNamedWithTheLimit() throws InterruptedException {
        StepFailedException failed =
                onManualNode(
                        new ContainerStatusBuilder(waiting("CrashLoopBackOff", "back-off 10s"))
                                .withRestartCount(2)
                                .withNewLastState()
                                .withNewTerminated()
                                .withExitCode(137)
                                .withReason("OOMKilled")
                                .endTerminated()
                                .endLastState()
                                .build());

        assertThat(failed.what())
                .matches(
                        "container ray of pod sd-\\S+ was killed for memory \\(OOMKilled, 2 restarts\\)");
    }

    @Test
    void containerThatKeepsEndingIsNamed() throws InterruptedException {
        StepFailedException failed =
                onManualNode(waiting("CrashLoopBackOff", "back-off 10s restarting"));

        assertThat(failed.what()).contains("container ray of pod sd-").contains("keeps ending");
        assertThat(failed.next()).contains("--previous");
    }

    @Test
    void quotaIsNamed() {
        rig.client()
                .resource(
                        new ResourceQuotaBuilder()
                                .withNewMetadata()
                                .withName("few")
                                .withNamespace(rig.namespace())
                                .endMetadata()
                                .withNewSpec()
                                .addToHard("requests.nvidia.com/gpu", new Quantity("8"))
                                .endSpec()
                                .build())
                .create();

        StepFailedException failed =
                failed(2, 8, KubeRayScenarios.in(rig.namespace()), Duration.ofMinutes(2));

        assertThat(failed.what())
                .contains(
                        "is not brought up: a ResourceQuota of namespace "
                                + rig.namespace()
                                + " does not allow its pods");
        assertThat(failed.evidence()).singleElement().asString().contains("exceeded quota: few");
        assertThat(failed.next()).isEqualTo("kubectl describe resourcequota -n " + rig.namespace());
    }

    @Test
    void operatorThatDoesNotActIsNamed() {
        rig.operator.close();

        StepFailedException failed =
                failed(2, 8, KubeRayScenarios.in(rig.namespace()), Duration.ofMinutes(2));

        assertThat(failed.what())
                .matches(
                        "RayCluster sd-\\S+ is not brought up: no operator has looked at it for 2\\d s");
    }

    @Test
    void nameThatIsTooLongIsNamed() {
        String name = "a".repeat(54);
        rig.rayCluster(name);

        StepFailedException failed =
                catchThrowableOfType(
                        StepFailedException.class,
                        () ->
                                new PodsUp(rig.kube, name, 1, Progress.SILENT, System::nanoTime)
                                        .await(Duration.ofMinutes(2)));

        assertThat(failed.what()).contains("its name has 54 characters, KubeRay takes at most 53");
        assertThat(failed.evidence())
                .singleElement()
                .asString()
                .startsWith("InvalidRayClusterMetadata");
    }

    private StepFailedException failed(int nodes, int gpus, KubeRaySpec spec, Duration limit) {
        String run = "20260101T000000Z-stall-" + UUID.randomUUID().toString().substring(0, 6);
        List<String> before = rig.things();
        KubeRayProvider provider =
                new KubeRayProvider(
                        KubeRayScenarios.of(nodes, gpus, spec, limit), spec, run, folder);
        StepFailedException failed =
                catchThrowableOfType(StepFailedException.class, () -> provider.up(heard()));
        provider.collectLogs(folder.resolve("logs"));
        provider.down();
        assertThat(rig.things()).isEqualTo(before);
        return failed;
    }

    private StepFailedException onManualNode(ContainerStatus status) throws InterruptedException {
        String node = "manual-" + UUID.randomUUID().toString().substring(0, 6);
        rig.manualNode(node);
        KubeRaySpec spec =
                KubeRayScenarios.spec(
                        Optional.empty(),
                        rig.namespace(),
                        KubeRaySpec.PodPatch.NONE,
                        Map.of("type", node));
        Thread kubelet = Thread.ofVirtual().start(() -> play(status));
        try {
            return failed(1, 8, spec, Duration.ofMinutes(2));
        } finally {
            kubelet.interrupt();
            kubelet.join();
            rig.client().nodes().withName(node).delete();
        }
    }

    /** What a kubelet would do, with pods that never come up. */
    private void play(ContainerStatus status) {
        try {
            while (true) {
                for (Pod pod : rig.client().pods().inNamespace(rig.namespace()).list().getItems()) {
                    if (pod.getMetadata().getDeletionTimestamp() != null) {
                        rig.client().resource(pod).withGracePeriod(0).delete();
                    } else if (pod.getSpec().getNodeName() != null) {
                        Pod stuck =
                                new PodBuilder(pod)
                                        .editStatus()
                                        .withContainerStatuses(status)
                                        .endStatus()
                                        .build();
                        rig.client().resource(stuck).updateStatus();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KubernetesClientException gone) {
            play(status);
        }
    }

    private static ContainerStatus waiting(String reason, String message) {
        return new ContainerStatusBuilder()
                .withName("ray")
                .withImage("vllm:nope")
                .withImageID("")
                .withReady(false)
                .withRestartCount(1)
                .withNewState()
                .withNewWaiting()
                .withReason(reason)
                .withMessage(message)
                .endWaiting()
                .endState()
                .build();
    }

    private Progress heard() {
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
