package dev.shakedown.harness.cluster;

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

    /** One node as Ray (or the provider) names it. */
    public record Node(String id, String ip, String hostname, int gpus, boolean head) {}

    /** GPUs of all nodes. */
    public int gpus() {
        return nodes.stream().mapToInt(Node::gpus).sum();
    }
}
