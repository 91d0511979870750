package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.StepFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Frees a Ray cluster that stays up from the jobs of Shakedown, and from what vLLM's workers hold
 * there. May throw {@link RayRequestException}.
 */
public final class EngineJobs {
    /** A job is ended by force after 3 s, its actors and their groups some seconds later. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final String STARTED_BY = "startedBy";
    private static final String SHAKEDOWN = "shakedown";

    /** What each job of Shakedown carries. */
    public static final Map<String, String> MARK = Map.of(STARTED_BY, SHAKEDOWN);

    private final RayClient ray;
    private final LongSupplier nanoTime;

    public EngineJobs(RayClient ray, LongSupplier nanoTime) {
        this.ray = ray;
        this.nanoTime = nanoTime;
    }

    /** Stops Shakedown's jobs and returns the ids of those that were still at work. */
    public List<String> stop() {
        List<String> ours = atWork();
        ours.forEach(id -> ray.jobs().stop(id));
        long began = nanoTime.getAsLong();
        while (!atWork().isEmpty()) {
            requireTime(began, "jobs of Shakedown do not end: " + String.join(", ", atWork()));
        }
        return ours;
    }

    /**
     * Waits until no placement group holds GPUs, which those of a job that has ended do a while.
     */
    public void awaitFreeGpus() {
        long began = nanoTime.getAsLong();
        while (!holding().isEmpty()) {
            requireTime(began, "GPUs are in use: " + String.join(", ", holding()));
        }
    }

    private List<String> atWork() {
        return ray.jobs().list().stream()
                .filter(job -> SHAKEDOWN.equals(job.metadata().get(STARTED_BY)))
                .filter(job -> !job.status().terminal())
                .flatMap(job -> job.submissionId().stream())
                .toList();
    }

    private List<String> holding() {
        return ray
                .state()
                .placementGroups(List.of(RayState.Filter.isNot("state", "REMOVED")))
                .stream()
                .filter(group -> group.bundles().stream().anyMatch(EngineJobs::hasGpu))
                .map(
                        group ->
                                "placement group %s of job %s"
                                        .formatted(group.id(), group.creatorJobId()))
                .toList();
    }

    private static boolean hasGpu(RayPlacementGroup.Bundle bundle) {
        return bundle.resources().keySet().stream().anyMatch(name -> name.startsWith("GPU"));
    }

    private void requireTime(long began, String what) {
        if (nanoTime.getAsLong() - began > PATIENCE.toNanos()) {
            throw new StepFailedException(
                    what, "", List.of("ray list placement-groups; ray job list"), "end them first");
        }
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted while jobs ended", "", List.of(), "");
        }
    }
}
