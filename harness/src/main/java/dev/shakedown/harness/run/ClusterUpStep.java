package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.scenario.ClusterSpec;
import java.time.Duration;

/** Starts the nodes; they are up when every node and every GPU has registered. */
final class ClusterUpStep implements Step {
    /** The provider has the scenario's deadline: it knows better what was missing. */
    private static final Duration GRACE = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "ClusterUp";
    }

    @Override
    public Duration deadline(RunContext run) {
        return run.scenario().deadlines().clusterUp().plus(GRACE);
    }

    @Override
    public Result execute(RunContext run) {
        Cluster cluster = run.provider().up(run.listener());
        run.cluster(cluster);
        // A wrong name is said now, not after the engine has loaded its model.
        LoadPlace.of(run.scenario().loadFrom(), cluster);
        return new Done(describe(cluster, run.scenario().cluster()));
    }

    private static String describe(Cluster cluster, ClusterSpec spec) {
        if (cluster.rayDashboard().isEmpty()) {
            return "no Ray to look at: the shape "
                    + spec.nodes()
                    + " x "
                    + spec.gpusPerNode()
                    + " is taken from the scenario";
        }
        int workers = cluster.nodes().size() - 1;
        String nodes =
                workers == 0
                        ? "1 node"
                        : "head + " + workers + (workers == 1 ? " worker" : " workers");
        return nodes
                + ", "
                + cluster.gpus()
                + (cluster.gpus() == 1 ? " GPU" : " GPUs")
                + " registered";
    }
}
