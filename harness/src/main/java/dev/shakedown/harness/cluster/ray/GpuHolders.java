package dev.shakedown.harness.cluster.ray;

import java.util.List;
import java.util.stream.Stream;

/** Who holds GPUs of a Ray now: placement groups, and actors outside of any. */
public final class GpuHolders {
    private GpuHolders() {}

    /** One line each. May throw {@link RayRequestException}. */
    public static List<String> of(RayClient ray) {
        return Stream.concat(groups(ray.state()), actors(ray.state())).toList();
    }

    private static Stream<String> groups(RayState state) {
        return state.placementGroups(List.of(RayState.Filter.isNot("state", "REMOVED"))).stream()
                .filter(group -> group.bundles().stream().anyMatch(GpuHolders::hasGpu))
                .map(
                        group ->
                                "placement group %s of job %s"
                                        .formatted(group.id(), group.creatorJobId()));
    }

    private static Stream<String> actors(RayState state) {
        return state.actors(List.of(RayState.Filter.isNot("state", "DEAD"))).stream()
                .filter(actor -> actor.placementGroupId().isEmpty())
                .filter(actor -> actor.requiredResources().containsKey("GPU"))
                .map(actor -> "actor %s of job %s".formatted(actor.className(), actor.jobId()));
    }

    private static boolean hasGpu(RayPlacementGroup.Bundle bundle) {
        return bundle.resources().keySet().stream().anyMatch(name -> name.startsWith("GPU"));
    }
}
