package dev.shakedown.harness.cluster.ray;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A placement group in the state API.
 *
 * @param state {@code PENDING}, {@code PREPARED}, {@code CREATED}, {@code REMOVED} or {@code
 *     RESCHEDULING}
 * @param schedulingState finer: {@code QUEUED}, {@code INFEASIBLE}, {@code NO_RESOURCES}, {@code
 *     FINISHED}, …
 */
public record RayPlacementGroup(
        String id,
        String name,
        String creatorJobId,
        String state,
        Optional<String> schedulingState,
        List<Bundle> bundles) {

    public RayPlacementGroup {
        bundles = List.copyOf(bundles);
    }

    /**
     * What is reserved together on one node.
     *
     * @param nodeId where it was placed
     */
    public record Bundle(Optional<String> nodeId, Map<String, Double> resources) {
        public Bundle {
            resources = Map.copyOf(resources);
        }
    }
}
