package dev.shakedown.harness.cluster.ray;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An actor in the state API.
 *
 * @param state {@code DEPENDENCIES_UNREADY}, {@code PENDING_CREATION}, {@code ALIVE}, {@code
 *     RESTARTING} or {@code DEAD}
 */
public record RayActor(
        String id,
        String className,
        String name,
        String state,
        String jobId,
        Optional<String> nodeId,
        OptionalInt pid,
        Map<String, Double> requiredResources,
        Optional<String> placementGroupId,
        Optional<String> deathCause) {

    public RayActor {
        requiredResources = Map.copyOf(requiredResources);
    }
}
