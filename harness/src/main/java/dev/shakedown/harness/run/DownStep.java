package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.ReusableProvider;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.KeptCluster;
import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.ray.EngineJobs;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Ends what the run started. A cluster that is to be kept stays, unless the run was interrupted or
 * it is not whole; one that was reused stays in any case.
 */
record DownStep(Ending ending, boolean keep) implements Step {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "Down";
    }

    @Override
    public Duration deadline(RunContext run) {
        return DEADLINE;
    }

    @Override
    public Result execute(RunContext run) {
        if (run.reused().isPresent()) {
            return letGo(run, run.reused().get());
        }
        boolean stays =
                keep && run.cluster().isPresent() && !(ending instanceof Ending.Interrupted);
        return stays ? keep(run, run.cluster().get()) : end(run, "");
    }

    private static Result end(RunContext run, String why) {
        run.provider().down();
        return new Done(why + "what this run started has ended");
    }

    private static Result letGo(RunContext run, KeptRun reused) {
        try {
            run.cluster().ifPresent(DownStep::stopJobs);
        } finally {
            // Also where Ray has died: the engine's own processes must not stay.
            ((ReusableProvider) run.provider()).release();
        }
        return new Done(
                "what this run started has ended; the cluster stays up until shakedown down "
                        + reused.runId());
    }

    /** Whatever hinders it, the cluster is then ended: nobody would know of it. */
    private static Result keep(RunContext run, Cluster cluster) {
        try {
            return keepWhole(run, cluster);
        } catch (StepFailedException | RayRequestException | UncheckedIOException broken) {
            return end(run, "not kept, " + broken.getMessage() + "; ");
        }
    }

    private static Result keepWhole(RunContext run, Cluster cluster) {
        stopJobs(cluster);
        Reuse.requireWhole(cluster, run.directory().id());
        ReusableProvider provider = (ReusableProvider) run.provider();
        KeptCluster description =
                new KeptCluster(
                        run.scenario().name(),
                        ClusterAsked.of(run.scenario()),
                        cluster.rayDashboard().map(Object::toString).orElse(""),
                        cluster.nodes(),
                        provider.fingerprint(),
                        provider.layout());
        provider.release();
        KeptRun kept =
                KeptClusters.ofUser().keep(run.directory().id(), description, cluster.rayToken());
        run.kept(kept);
        return new Done(
                "the cluster stays up, %s; all else has ended".formatted(description.shape()));
    }

    /** The engine's processes end with their job; their node does not, this time. */
    private static void stopJobs(Cluster cluster) {
        try (RayClient ray = Reuse.client(cluster)) {
            new EngineJobs(ray, System::nanoTime).stop();
        }
    }
}
