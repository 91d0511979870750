package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.kuberay.Stall.Hope;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What keeps a RayCluster from coming up, by its conditions and the operator's events. */
final class ClusterStalls {
    /** A free operator writes a status within two seconds. */
    static final Duration OPERATOR_PATIENCE = Duration.ofSeconds(20);

    private static final Map<String, String> EVENTS =
            Map.of(
                    "InvalidRayClusterMetadata", "the operator finds its name or labels invalid",
                    "InvalidRayClusterSpec", "the operator finds its spec invalid",
                    "InvalidRayClusterStatus", "the operator finds its status invalid",
                    "FailedToCreateHeadPod", "the operator cannot make the head pod",
                    "FailedToCreateWorkerPod", "the operator cannot make a worker pod");

    private ClusterStalls() {}

    /** {@code age}: since it was applied. */
    static List<Stall> of(Snapshot seen, Duration age) {
        List<Stall> stalls = new ArrayList<>();
        replicaFailure(seen).ifPresent(stalls::add);
        if (stalls.isEmpty()) {
            event(seen).ifPresent(stalls::add);
        }
        boolean ignored = !seen.hasStatus() && seen.pods().isEmpty();
        if (stalls.isEmpty() && ignored && age.compareTo(OPERATOR_PATIENCE) > 0) {
            stalls.add(absent(seen, age));
        }
        return stalls;
    }

    private static Optional<Stall> replicaFailure(Snapshot seen) {
        return seen.condition("ReplicaFailure")
                .filter(condition -> condition.path("status").asString("").equals("True"))
                .map(
                        condition ->
                                refused(
                                        seen,
                                        condition.path("reason").asString(""),
                                        condition.path("message").asString("")));
    }

    private static Optional<Stall> event(Snapshot seen) {
        return seen.events().stream()
                .filter(event -> EVENTS.containsKey(String.valueOf(event.getReason())))
                .reduce((_, last) -> last)
                .map(event -> refused(seen, event.getReason(), String.valueOf(event.getMessage())));
    }

    private static Stall refused(Snapshot seen, String reason, String message) {
        String why = EVENTS.getOrDefault(reason, "the operator reports " + reason);
        String next =
                "kubectl describe raycluster -n %s %s".formatted(seen.namespace(), seen.name());
        if (message.contains("exceeded quota")) {
            why =
                    "a ResourceQuota of namespace %s does not allow its pods"
                            .formatted(seen.namespace());
            next = "kubectl describe resourcequota -n " + seen.namespace();
        } else if (seen.name().length() > ClusterName.MOST) {
            why =
                    "its name has %d characters, KubeRay takes at most %d"
                            .formatted(seen.name().length(), ClusterName.MOST);
        }
        return new Stall(
                "RayCluster %s is not brought up: %s".formatted(seen.name(), why),
                seen.name(),
                List.of(reason + ": " + message),
                next,
                Hope.NONE);
    }

    private static Stall absent(Snapshot seen, Duration age) {
        return new Stall(
                "RayCluster %s is not brought up: no operator has looked at it for %d s"
                        .formatted(seen.name(), age.toSeconds()),
                seen.name(),
                List.of(
                        "it has no status, and there are no pods",
                        "events: " + seen.events().stream().map(Event::getReason).toList()),
                "kubectl get pods -A -l app.kubernetes.io/name=kuberay-operator; is it installed, running, and does it watch namespace %s?"
                        .formatted(seen.namespace()),
                Hope.NONE);
    }
}
