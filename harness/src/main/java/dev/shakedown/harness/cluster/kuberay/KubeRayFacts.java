package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run on Kubernetes ran on. */
final class KubeRayFacts {
    private KubeRayFacts() {}

    static Map<String, String> of(Kube kube, Snapshot ready, RayClient ray) {
        Map<String, String> facts = new TreeMap<>();
        facts.put(
                "nodes",
                ready.pods().stream()
                        .map(pod -> String.valueOf(pod.getSpec().getNodeName()))
                        .sorted()
                        .collect(Collectors.joining(", ")));
        // By themselves: a comparison wants the same nodes, and pods have new names in each run.
        facts.put(
                "pods",
                ready.pods().stream()
                        .map(
                                pod ->
                                        pod.getMetadata().getName()
                                                + " on "
                                                + pod.getSpec().getNodeName())
                        .sorted()
                        .collect(Collectors.joining(", ")));
        facts.put(
                "images",
                ready.pods().stream()
                        .flatMap(pod -> images(pod))
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", ")));
        try {
            facts.put("kubernetes", kube.client().getKubernetesVersion().getGitVersion());
            facts.put("ray", ray.version().version());
        } catch (KubernetesClientException | RayRequestException unknown) {
            // Who does not say has no version to compare.
            return facts;
        }
        return facts;
    }

    /** With the digest, where the node says it. */
    private static Stream<String> images(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(
                        (ContainerStatus c) ->
                                c.getImageID() == null || c.getImageID().isEmpty()
                                        ? String.valueOf(c.getImage())
                                        : c.getImageID());
    }
}
