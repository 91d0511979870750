package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.List;
import java.util.stream.IntStream;

/** Where the engine's processes run: in the first worker, or with executor mp in each it needs. */
final class KubeRaySites {
    static final int PORT = 8_000;
    private static final int MASTER_PORT = 29_501;

    /** A port-forward comes out at the pod's loopback. */
    static final String LOOPBACK = "127.0.0.1";

    private static final String ALL = "0.0.0.0";

    /** What the engine listens on behind one, if the load comes through it, and if not. */
    static String behindTunnel(Scenario scenario) {
        return scenario.loadFrom().onCluster() ? ALL : LOOPBACK;
    }

    private KubeRaySites() {}

    /**
     * One for each process.
     *
     * @param addresses of the worker pods
     * @param host that the first one listens on
     */
    static List<EngineSite> of(Scenario scenario, List<String> addresses, String host) {
        int pods = scenario.engine().map(engine -> pods(engine, scenario)).orElse(1);
        String model = PodModel.of(scenario);
        return IntStream.range(0, pods)
                .mapToObj(
                        rank ->
                                new EngineSite(
                                        rank == 0 ? host : addresses.get(rank),
                                        PORT,
                                        model,
                                        false,
                                        pods == 1
                                                ? EngineSite.Group.ALONE
                                                : new EngineSite.Group(
                                                        pods,
                                                        rank,
                                                        addresses.getFirst(),
                                                        MASTER_PORT)))
                .toList();
    }

    private static int pods(EngineSpec engine, Scenario scenario) {
        return engine.executor() == EngineSpec.Executor.RAY
                ? 1
                : Math.ceilDiv(engine.parallelism().worldSize(), scenario.cluster().gpusPerNode());
    }
}
