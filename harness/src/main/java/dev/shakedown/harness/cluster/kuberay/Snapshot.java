package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.StepFailedException;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A RayCluster, its pods and what was said of it, at one moment. */
record Snapshot(
        String namespace, String name, JsonNode cluster, List<Pod> pods, List<Event> events) {
    static final String CLUSTER_LABEL = "ray.io/cluster";
    static final String ROLE_LABEL = "ray.io/node-type";

    Snapshot {
        pods = List.copyOf(pods);
        events = List.copyOf(events);
    }

    static Snapshot of(Kube kube, String name) {
        JsonNode cluster =
                kube.cluster(name)
                        .orElseThrow(
                                () ->
                                        new StepFailedException(
                                                "RayCluster %s is gone: somebody deleted it"
                                                        .formatted(name),
                                                name,
                                                List.of(),
                                                "kubectl get events -n " + kube.namespace()));
        return new Snapshot(
                kube.namespace(),
                name,
                cluster,
                kube.pods(CLUSTER_LABEL + "=" + name),
                kube.events(name));
    }

    JsonNode status() {
        return cluster.path("status");
    }

    boolean hasStatus() {
        return !status().isMissingNode() && !status().isEmpty();
    }

    Optional<JsonNode> condition(String type) {
        return status().path("conditions")
                .valueStream()
                .filter(condition -> condition.path("type").asString("").equals(type))
                .findFirst();
    }

    Optional<Pod> head() {
        return pods.stream().filter(pod -> role(pod).equals("head")).findFirst();
    }

    List<Pod> workers() {
        return pods.stream().filter(pod -> role(pod).equals("worker")).toList();
    }

    /**
     * By the pods: the object's own {@code state} and {@code RayClusterProvisioned} stay as they
     * were when pods fail later.
     */
    boolean ready(int workers) {
        long readyWorkers = workers().stream().filter(Snapshot::ready).count();
        return head().filter(Snapshot::ready).isPresent() && readyWorkers == workers;
    }

    /** As many as its groups ask for. */
    int workersAsked() {
        return cluster.path("spec")
                .path("workerGroupSpecs")
                .valueStream()
                .filter(group -> !group.path("suspend").asBoolean(false))
                .mapToInt(
                        group ->
                                group.path("replicas").asInt(0) * group.path("numOfHosts").asInt(1))
                .sum();
    }

    long readyPods() {
        return pods.stream().filter(Snapshot::ready).count();
    }

    static boolean ready(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    private static String role(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getLabels())
                .map((Map<String, String> labels) -> labels.get(ROLE_LABEL))
                .orElse("");
    }
}
