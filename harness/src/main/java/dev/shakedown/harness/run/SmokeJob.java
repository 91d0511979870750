package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ray.JobSubmission;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.cluster.ray.WorkingDirectory;
import dev.shakedown.harness.scenario.SmokeSpec;
import dev.shakedown.workloads.smoke.PiJob;
import dev.shakedown.workloads.smoke.PiLine;
import dev.shakedown.workloads.smoke.PiLineParser;
import dev.shakedown.workloads.smoke.SmokeCheck;
import dev.shakedown.workloads.smoke.SmokeOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Runs Monte-Carlo-Pi on every GPU of a Ray cluster and says what that proves. Every failure is an
 * outcome; nothing waits longer than the spec's timeout and a moment to find out why.
 */
final class SmokeJob {
    private static final Duration NO_AGENT_YET = Duration.ofSeconds(30);

    private final RayClient ray;
    private final Progress progress;
    private final LongSupplier nanoTime;

    /**
     * On a cluster that is up.
     *
     * @param nanoTime monotonic, as {@link System#nanoTime}
     */
    SmokeJob(RayClient ray, Progress progress, LongSupplier nanoTime) {
        this.ray = ray;
        this.progress = progress;
        this.nanoTime = nanoTime;
    }

    /** An interrupt stops the job, too, and stays set. */
    SmokeResult run(SmokeSpec spec, int nodes, int gpusPerNode) {
        long began = nanoTime.getAsLong();
        PiJob job =
                new PiJob(
                        spec.samplesPerTask(),
                        spec.burnSeconds(),
                        spec.matrixSize(),
                        nodes,
                        gpusPerNode,
                        ownTimeout(spec.timeout()));
        NodeWatch watch = new NodeWatch(ray);
        try {
            watch.remember();
            String id = submit(job, began + NO_AGENT_YET.toNanos());
            Deadline deadline = new Deadline(nanoTime, began + spec.timeout().toNanos());
            try (SmokeFollower follower =
                    new SmokeFollower(ray, id, new SmokeBars(progress), watch)) {
                Optional<String> failure = follower.follow(deadline);
                return result(follower, failure, new SmokeCheck(nodes, gpusPerNode));
            }
        } catch (RayRequestException e) {
            return notStarted(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return notStarted("interrupted");
        }
    }

    /** The job should end first, for it knows best why: it gets a little less than we wait. */
    private static Duration ownTimeout(Duration timeout) {
        Duration margin = timeout.dividedBy(4);
        Duration most = Duration.ofSeconds(20);
        Duration own = timeout.minus(margin.compareTo(most) < 0 ? margin : most);
        return own.toSeconds() < 1 ? Duration.ofSeconds(1) : own;
    }

    private String submit(PiJob job, long untilNanos) throws InterruptedException {
        while (true) {
            try {
                String workingDir = ray.packages().upload(WorkingDirectory.of(PiJob.files()));
                return ray.jobs()
                        .submit(
                                new JobSubmission(
                                        "shakedown-pi-" + UUID.randomUUID(),
                                        job.entrypoint(),
                                        Optional.of(workingDir),
                                        Map.of(),
                                        Map.of("startedBy", "shakedown")));
            } catch (RayRequestException e) {
                // Right after its start a head has no agent to run jobs yet.
                if (!e.mayPass() || nanoTime.getAsLong() >= untilNanos) {
                    throw e;
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    private static SmokeResult result(
            SmokeFollower follower, Optional<String> failure, SmokeCheck check) {
        List<PiLine> lines = PiLineParser.parseAll(follower.log());
        SmokeOutcome outcome =
                failure.<SmokeOutcome>map(SmokeOutcome.NotFinished::new)
                        .orElseGet(() -> check.outcome(lines));
        List<String> evidence =
                outcome instanceof SmokeOutcome.Passed
                        ? List.of()
                        : TellingLines.of(follower.log());
        return new SmokeResult(
                outcome, lines, SmokeCheck.slowGpus(lines), evidence, follower.log());
    }

    private static SmokeResult notStarted(String reason) {
        return new SmokeResult(
                new SmokeOutcome.NotFinished(reason), List.of(), List.of(), List.of(), List.of());
    }
}
