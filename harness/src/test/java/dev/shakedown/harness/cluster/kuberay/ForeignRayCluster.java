package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.scenario.KubeRaySpec;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A RayCluster that somebody else made, with a token in a Secret. */
record ForeignRayCluster(Rig rig, ClusterName name) {
    static final String TOKEN = "a-token-of-theirs";

    /** Applied, and waited for. */
    static ForeignRayCluster make(Rig rig, int nodes, int gpus, Map<String, String> selector) {
        ClusterName name = new ClusterName("theirs");
        KubeRaySpec spec =
                KubeRayScenarios.spec(
                        Optional.empty(), rig.namespace(), KubeRaySpec.PodPatch.NONE, selector);
        Manifest manifest =
                new Manifest(
                        KubeRayScenarios.of(nodes, gpus, spec),
                        spec,
                        name,
                        Map.of("team", "theirs"));
        rig.kube.applySecret(manifest.secret(TOKEN));
        rig.kube.applyCluster(manifest.rayCluster());
        new PodsUp(rig.kube, name.value(), nodes, Progress.SILENT, System::nanoTime)
                .await(Duration.ofMinutes(3));
        return new ForeignRayCluster(rig, name);
    }

    Snapshot now() {
        return Snapshot.of(rig.kube, name.value());
    }

    /** All that a user of the cluster must not change, and what a killed pod would show. */
    List<String> traits() {
        GenericKubernetesResource cluster = rig.kube.rayClusters().withName(name.value()).get();
        Stream<String> own =
                Stream.of(
                        cluster.getMetadata().getUid(),
                        String.valueOf(cluster.getMetadata().getGeneration()),
                        String.valueOf(cluster.getMetadata().getLabels()),
                        String.valueOf(cluster.getMetadata().getAnnotations()));
        return Stream.concat(own, now().pods().stream().map(ForeignRayCluster::trait).sorted())
                .toList();
    }

    private static String trait(Pod pod) {
        return pod.getMetadata().getUid()
                + pod.getMetadata().getLabels()
                + pod.getStatus().getContainerStatuses().stream()
                        .map(status -> status.getRestartCount())
                        .toList();
    }
}
