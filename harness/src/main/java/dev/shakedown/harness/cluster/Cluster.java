package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
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
     * @param env what Ray was started with, so that every process of it must have it; empty where
     *     somebody else started it
     */
    public record Node(
            String id,
            String ip,
            String hostname,
            int gpus,
            boolean head,
            Map<String, String> env) {

        public Node {
            env = Map.copyOf(env);
        }

        /** One of which the environment is not known. */
        public Node(String id, String ip, String hostname, int gpus, boolean head) {
            this(id, ip, hostname, gpus, head, Map.of());
        }

        /** The same, by the name that its owner calls it. */
        public Node named(String name) {
            return new Node(id, ip, name, gpus, head, env);
        }

        /** The same, started with these variables. */
        public Node with(Map<String, String> itsEnv) {
            return new Node(id, ip, hostname, gpus, head, itsEnv);
        }
    }

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
