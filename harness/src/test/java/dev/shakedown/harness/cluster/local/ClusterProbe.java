package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.LocalSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Stands for {@code shakedown run} with a cluster of two nodes: brings it up in a namespace, says
 * what it has, and waits until its input ends.
 */
final class ClusterProbe {

    private ClusterProbe() {}

    public static void main(String[] args) throws Exception {
        LocalSpec local = new LocalSpec(args[0], OptionalInt.empty(), Optional.empty());
        Scenario scenario = LocalScenarios.of(2, 8, local, EngineSpec.Executor.RAY);
        if (LocalProvider.needsNamespace(scenario) && !NetNamespace.inside()) {
            System.exit(NetNamespace.runInside());
        }
        LocalProvider provider = new LocalProvider(scenario, args[1], Path.of(args[2]));
        try {
            Cluster cluster = provider.up(Progress.SILENT);
            System.out.printf(
                    "ready %d nodes %d gpus pid %d%n",
                    cluster.nodes().size(), cluster.gpus(), ProcessHandle.current().pid());
            System.in.read();
            provider.collectLogs(Path.of(args[2], "logs"));
        } finally {
            provider.down();
            System.out.println("down");
        }
    }
}
