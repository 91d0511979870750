package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.StepFailedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Frees a Ray cluster that stays up from the jobs of Shakedown, and from what vLLM's workers hold
 * there. May throw {@link RayRequestException}.
 */
public final class EngineJobs {
    /** A job is ended by force after 3 s, its actors and their groups some seconds later. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A first submit takes seconds on a head that has just started. */
    private static final Duration ARRIVAL = Duration.ofSeconds(8);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final String STARTED_BY = "startedBy";
    private static final String SHAKEDOWN = "shakedown";

    /** Key of the metadata that names a job's run. */
    static final String RUN = "shakedownRun";

    private final RayClient ray;
    private final LongSupplier nanoTime;

    public EngineJobs(RayClient ray, LongSupplier nanoTime) {
        this.ray = ray;
        this.nanoTime = nanoTime;
    }

    /** What each job of a run carries. */
    static Map<String, String> mark(String runId) {
        return Map.of(STARTED_BY, SHAKEDOWN, RUN, runId);
    }

    /** Stops Shakedown's jobs and returns the ids of those that were still at work. */
    public List<String> stop() {
        return stop(job -> SHAKEDOWN.equals(job.metadata().get(STARTED_BY)));
    }

    /**
     * Stops the jobs of one run.
     *
     * @param announced ids of jobs that may still be on their way to Ray
     */
    public List<String> stopOf(String runId, List<String> announced) {
        awaitArrival(announced);
        return stop(job -> runId.equals(job.metadata().get(RUN)));
    }

    /** Not for long: a job that Ray refused never comes. */
    private void awaitArrival(List<String> announced) {
        long began = nanoTime.getAsLong();
        while (nanoTime.getAsLong() - began < ARRIVAL.toNanos()
                && !known().containsAll(announced)) {
            pause();
        }
    }

    private Set<String> known() {
        return ray.jobs().list().stream()
                .flatMap(job -> job.submissionId().stream())
                .collect(Collectors.toSet());
    }

    private List<String> stop(Predicate<RayJob> which) {
        List<String> ours = atWork(which);
        ours.forEach(id -> ray.jobs().stop(id));
        long began = nanoTime.getAsLong();
        while (!atWork(which).isEmpty()) {
            requireTime(began, "jobs of Shakedown do not end: " + String.join(", ", atWork(which)));
        }
        return ours;
    }

    /** Waits until nothing holds GPUs, which actors of a job that has ended do a while. */
    public void awaitFreeGpus() {
        long began = nanoTime.getAsLong();
        while (!GpuHolders.of(ray).isEmpty()) {
            requireTime(began, "GPUs are in use: " + String.join(", ", GpuHolders.of(ray)));
        }
    }

    private List<String> atWork(Predicate<RayJob> which) {
        return ray.jobs().list().stream()
                .filter(which)
                .filter(job -> !job.status().terminal())
                .flatMap(job -> job.submissionId().stream())
                .toList();
    }

    private void requireTime(long began, String what) {
        if (nanoTime.getAsLong() - began > PATIENCE.toNanos()) {
            throw new StepFailedException(
                    what, "", List.of("ray list placement-groups; ray job list"), "end them first");
        }
        pause();
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted while jobs ended", "", List.of(), "");
        }
    }
}
