package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.kuberay.Stall.Hope;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStallsTest {
    /** Messages as kube-scheduler 1.33 writes them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    0/2 nodes are available: 2 Insufficient nvidia.com/gpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.|: it asks for 8 nvidia.com/gpu on one node, and 0 of 2 nodes have as many free
                    0/4 nodes are available: 1 node(s) had untolerated taint {dedicated: train.x}, 1 node(s) were unschedulable, 2 Insufficient nvidia.com/gpu. preemption: 0/4 nodes are available: 2 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.|: it asks for 8 nvidia.com/gpu on one node; of 4 nodes 2 have too few free, 1 had untolerated taint {dedicated: train.x}, 1 are cordoned
                    0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.|: of 3 nodes 3 didn't match Pod's node affinity/selector
                    0/2 nodes are available: 2 node(s) were unschedulable.|: of 2 nodes 2 are cordoned
                    no nodes available to schedule pods|``
                    """)
    void unschedulablePodSaysWhatSpeaksAgainstEachNode(String message, String why) {
        List<Stall> stalls =
                PodStalls.of(
                        pod().editStatus()
                                .addNewCondition()
                                .withType("PodScheduled")
                                .withStatus("False")
                                .withMessage(message)
                                .endCondition()
                                .endStatus()
                                .build());

        assertThat(stalls)
                .singleElement()
                .satisfies(
                        stall -> {
                            assertThat(stall.what()).isEqualTo("pod w-1 cannot be scheduled" + why);
                            assertThat(stall.evidence()).containsExactly(message);
                            assertThat(stall.hope()).isEqualTo(Hope.SOME);
                        });
    }

    @Test
    void initContainerThatRunsIsNamedWithWhatItWaitsFor() {
        ContainerStatus waits =
                new ContainerStatusBuilder()
                        .withName("wait-gcs-ready")
                        .withNewState()
                        .withNewRunning()
                        .endRunning()
                        .endState()
                        .build();
        Pod stuck = pod().editStatus().addToInitContainerStatuses(waits).endStatus().build();

        assertThat(PodStalls.of(stuck))
                .singleElement()
                .satisfies(
                        stall -> {
                            assertThat(stall.what())
                                    .isEqualTo(
                                            "init container wait-gcs-ready of pod w-1 has not ended: it waits for Ray's head (GCS)");
                            assertThat(stall.evidence())
                                    .containsExactly("kubectl logs -n ml w-1 -c wait-gcs-ready");
                        });
    }

    @ParameterizedTest
    @CsvSource({
        "ErrImagePull,manifest unknown,NONE",
        "ErrImagePull,connection reset by peer,SOME",
        "ImagePullBackOff,Back-off pulling image,SOME",
        "InvalidImageName,,NONE"
    })
    void imageThatCannotComeHasNoHope(String reason, String message, Hope hope) {
        assertThat(PodStalls.of(waiting(reason, message)))
                .singleElement()
                .satisfies(
                        stall -> {
                            assertThat(stall.what())
                                    .isEqualTo(
                                            "image r/i:1 of pod w-1 cannot be pulled: " + reason);
                            assertThat(stall.hope()).isEqualTo(hope);
                        });
    }

    @Test
    void killForMemoryIsToldFromACrash() {
        ContainerStatus killed =
                new ContainerStatusBuilder(status())
                        .withRestartCount(3)
                        .withNewState()
                        .withNewWaiting()
                        .withReason("CrashLoopBackOff")
                        .endWaiting()
                        .endState()
                        .withNewLastState()
                        .withNewTerminated()
                        .withReason("OOMKilled")
                        .endTerminated()
                        .endLastState()
                        .build();

        assertThat(PodStalls.of(with(killed)))
                .extracting(Stall::what)
                .containsExactly(
                        "container ray-worker of pod w-1 was killed for memory (OOMKilled, 3 restarts)");
    }

    @Test
    void podThatComesUpIsNoStall() {
        assertThat(PodStalls.of(waiting("ContainerCreating", ""))).isEmpty();
        assertThat(PodStalls.of(waiting("PodInitializing", ""))).isEmpty();
        assertThat(PodStalls.of(new PodBuilder(pod().build()).withStatus(null).build())).isEmpty();
    }

    private static Pod waiting(String reason, String message) {
        return with(
                new ContainerStatusBuilder(status())
                        .withNewState()
                        .withNewWaiting()
                        .withReason(reason)
                        .withMessage(message)
                        .endWaiting()
                        .endState()
                        .build());
    }

    private static Pod with(ContainerStatus status) {
        return pod().editStatus().addToContainerStatuses(status).endStatus().build();
    }

    private static ContainerStatus status() {
        return new ContainerStatusBuilder()
                .withName("ray-worker")
                .withImage("r/i:1")
                .withRestartCount(0)
                .withReady(false)
                .build();
    }

    private static PodBuilder pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("w-1")
                .withNamespace("ml")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("ray-worker")
                .withNewResources()
                .withRequests(Map.of("nvidia.com/gpu", new Quantity("8")))
                .endResources()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus();
    }
}
