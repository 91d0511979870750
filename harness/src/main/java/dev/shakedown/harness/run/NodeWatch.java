package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Tells which nodes died since a moment; rows of earlier deaths do not count. */
final class NodeWatch {
    private final RayClient ray;
    private Set<String> alive = Set.of();

    NodeWatch(RayClient ray) {
        this.ray = ray;
    }

    void remember() {
        alive =
                ray.nodes().stream()
                        .filter(RayNode::alive)
                        .map(RayNode::id)
                        .collect(Collectors.toUnmodifiableSet());
    }

    /** One sentence a node. */
    List<String> died() {
        return ray.nodes().stream()
                .filter(node -> !node.alive() && alive.contains(node.id()))
                .map(NodeWatch::text)
                .toList();
    }

    private static String text(RayNode node) {
        String id = node.id().substring(0, Math.min(8, node.id().length()));
        return "node %s (%s) died%s"
                .formatted(node.ip(), id, node.stateMessage().map(m -> ": " + m).orElse(""));
    }
}
