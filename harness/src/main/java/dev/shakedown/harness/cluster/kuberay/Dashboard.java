package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.Optional;

/** The way from here to the dashboard of a head pod. */
final class Dashboard {
    static final int PORT = 8_265;

    /** For one answer. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private Dashboard() {}

    /** A pod's address may lead to somebody else's machine: who answers must be this head. */
    static PodRoute route(Kube kube, Pod head, Optional<String> token) {
        PodRoute direct = PodRoute.direct(head, PORT);
        return direct.answers() && isRay(direct, head, token)
                ? direct
                : PodRoute.tunnel(kube, head, PORT);
    }

    /** As {@link #route}, and says where it is a long way. */
    static PodRoute route(Kube kube, Pod head, Optional<String> token, Progress progress) {
        PodRoute route = route(kube, head, token);
        if (route.tunnel().isPresent()) {
            progress.say(
                    "pods cannot be reached from here at their own address: dashboard and engine go through a port-forward, and measured latencies include it");
        }
        return route;
    }

    private static boolean isRay(PodRoute route, Pod head, Optional<String> token) {
        try (RayClient ray = new RayClient(route.url(), token, PATIENCE)) {
            return Cluster.alive(ray).stream()
                    .anyMatch(node -> node.ip().equals(PodRoute.ip(head)));
        } catch (RayRequestException other) {
            return false;
        }
    }
}
