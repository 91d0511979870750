package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.SmokeSpec;
import dev.shakedown.workloads.smoke.SmokeOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Proves every GPU of every node with the Monte-Carlo-Pi job. */
record SmokeStep(SmokeSpec spec) implements Step {
    /** The job's own timeout begins when it is submitted, and why it failed is found out later. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "Smoke";
    }

    @Override
    public Duration deadline(RunContext run) {
        return spec.within(run.scenario().deadlines().smoke()).timeout().plus(GRACE);
    }

    @Override
    public Result execute(RunContext run) {
        Optional<URI> dashboard = run.cluster().flatMap(Cluster::rayDashboard);
        if (dashboard.isEmpty()) {
            return new Skipped(
                    run.scenario().virtualClock()
                            ? "nothing computes on a virtual clock"
                            : "no Ray dashboard to submit the job to");
        }
        ClusterSpec shape = run.scenario().cluster();
        try (RayClient ray = run.ray(dashboard.get())) {
            SmokeResult result =
                    new SmokeJob(ray, run.listener(), System::nanoTime)
                            .run(
                                    spec.within(run.scenario().deadlines().smoke()),
                                    shape.nodes(),
                                    shape.gpusPerNode());
            run.smoke(result);
            result.slowGpus().forEach(slow -> run.note("slow GPU: " + slow.text()));
            return judged(result);
        }
    }

    private static Result judged(SmokeResult result) {
        return switch (result.outcome()) {
            case SmokeOutcome.Passed passed -> new Done(passed.text());
            case SmokeOutcome.WrongAnswer wrong ->
                    throw failed(
                            wrong.text(),
                            result,
                            "a GPU computes wrongly: take the node out and run dcgmi diag -r 3 on it");
            case SmokeOutcome.WrongPlacement wrong ->
                    throw failed(
                            wrong.text(),
                            result,
                            "look at `ray status`: a GPU that is registered but not usable is held by another job or hidden by CUDA_VISIBLE_DEVICES");
            case SmokeOutcome.NotFinished not -> throw failed(not.text(), result, "");
        };
    }

    private static StepFailedException failed(String what, SmokeResult result, String next) {
        return new StepFailedException("Monte-Carlo-Pi job " + what, "", result.evidence(), next);
    }
}
