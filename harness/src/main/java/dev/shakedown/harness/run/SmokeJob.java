package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.SmokeSpec;
import dev.shakedown.workloads.smoke.PiJob;
import dev.shakedown.workloads.smoke.PiLine;
import dev.shakedown.workloads.smoke.PiLineParser;
import dev.shakedown.workloads.smoke.SmokeCheck;
import dev.shakedown.workloads.smoke.SmokeOutcome;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Runs Monte-Carlo-Pi on every GPU of a Ray cluster and says what that proves. Every failure is an
 * outcome; nothing waits longer than the spec's timeout and a moment to find out why.
 */
final class SmokeJob {
    private final RayJobRun jobs;
    private final Progress progress;

    /**
     * On a cluster that is up.
     *
     * @param nanoTime monotonic, as {@link System#nanoTime}
     */
    SmokeJob(RayClient ray, Progress progress, LongSupplier nanoTime) {
        this.jobs = new RayJobRun(ray, nanoTime);
        this.progress = progress;
    }

    /** An interrupt stops the job, too, and stays set. */
    SmokeResult run(SmokeSpec spec, int nodes, int gpusPerNode) {
        PiJob job =
                new PiJob(
                        spec.samplesPerTask(),
                        spec.burnSeconds(),
                        spec.matrixSize(),
                        nodes,
                        gpusPerNode,
                        ownTimeout(spec.timeout()));
        RayJobRun.Ended ended =
                jobs.run(
                        new RayJobRun.Program("pi", job.entrypoint(), PiJob.files()),
                        JobPatience.of(spec.timeout()),
                        new PiReader(progress));
        return result(ended, new SmokeCheck(nodes, gpusPerNode));
    }

    /** The job should end first, for it knows best why: it gets a little less than we wait. */
    private static Duration ownTimeout(Duration timeout) {
        Duration margin = timeout.dividedBy(4);
        Duration most = Duration.ofSeconds(20);
        Duration own = timeout.minus(margin.compareTo(most) < 0 ? margin : most);
        return own.toSeconds() < 1 ? Duration.ofSeconds(1) : own;
    }

    private static SmokeResult result(RayJobRun.Ended ended, SmokeCheck check) {
        List<PiLine> lines = PiLineParser.parseAll(ended.log());
        SmokeOutcome outcome =
                ended.failure()
                        .<SmokeOutcome>map(SmokeOutcome.NotFinished::new)
                        .orElseGet(() -> check.outcome(lines));
        List<String> evidence =
                outcome instanceof SmokeOutcome.Passed ? List.of() : TellingLines.of(ended.log());
        return new SmokeResult(outcome, lines, SmokeCheck.slowGpus(lines), evidence, ended.log());
    }
}
