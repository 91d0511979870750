package dev.shakedown.harness.cluster.ray;

import java.util.Map;
import java.util.Optional;

/**
 * A task in the state API.
 *
 * @param state {@code PENDING_NODE_ASSIGNMENT}, {@code RUNNING}, {@code FINISHED}, {@code FAILED},
 *     …
 */
public record RayTask(
        String id,
        String name,
        String state,
        String jobId,
        Optional<String> nodeId,
        Map<String, Double> requiredResources,
        Optional<String> errorType,
        Optional<String> errorMessage) {

    public RayTask {
        requiredResources = Map.copyOf(requiredResources);
    }
}
