package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayNode;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A cluster that is up.
 *
 * @param rayDashboard absent where there is no Ray to talk to
 */
public record Cluster(Optional<URI> rayDashboard, Optional<String> rayToken, List<Node> nodes) {

    public Cluster {
        nodes = List.copyOf(nodes);
    }

    /**
     * One node as Ray (or the provider) names it.
     *
     * @param hostname empty where Ray does not say
     */
    public record Node(String id, String ip, String hostname, int gpus, boolean head) {}

    /**
     * The nodes that live, as Ray lists them; a node that was restarted leaves a dead one behind.
     * May throw {@link dev.shakedown.harness.cluster.ray.RayRequestException}.
     */
    public static List<Node> alive(RayClient ray) {
        return ray.nodes().stream()
                .filter(RayNode::alive)
                .map(
                        node ->
                                new Node(
                                        node.id(),
                                        node.ip(),
                                        node.hostname().orElse(""),
                                        node.gpus(),
                                        node.head()))
                .toList();
    }

    /** GPUs of all nodes. */
    public int gpus() {
        return nodes.stream().mapToInt(Node::gpus).sum();
    }
}
