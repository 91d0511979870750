package dev.shakedown.harness.cluster.ray;

import java.util.Map;
import java.util.Optional;

/**
 * A node as Ray knows it. A node that was restarted appears once more with a new id, so count by id
 * and {@link #alive}.
 *
 * @param hostname empty where Ray does not say
 * @param stateMessage why it is dead
 * @param resources totals: {@code GPU}, {@code CPU}, {@code memory}, …
 */
public record RayNode(
        String id,
        String ip,
        Optional<String> hostname,
        boolean head,
        boolean alive,
        Optional<String> stateMessage,
        Map<String, Double> resources,
        Map<String, String> labels) {

    public RayNode {
        resources = Map.copyOf(resources);
        labels = Map.copyOf(labels);
    }

    RayNode withHostname(Optional<String> name) {
        return new RayNode(id, ip, name, head, alive, stateMessage, resources, labels);
    }

    /** Logical GPUs, whole ones. */
    public int gpus() {
        return resources.getOrDefault("GPU", 0.0).intValue();
    }
}
