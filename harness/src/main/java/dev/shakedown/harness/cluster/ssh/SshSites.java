package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.util.List;
import java.util.stream.IntStream;

/** Where the engine's processes run: on the head, or with executor mp on each host it needs. */
final class SshSites {
    private SshSites() {}

    static List<EngineSite> of(
            Scenario scenario,
            RayPorts ports,
            List<String> addresses,
            String model,
            boolean cpuOnly) {
        int hosts = scenario.engine().map(engine -> hosts(engine, scenario)).orElse(1);
        return IntStream.range(0, hosts)
                .mapToObj(
                        rank ->
                                new EngineSite(
                                        addresses.get(rank),
                                        ports.vllm(),
                                        model,
                                        cpuOnly,
                                        hosts == 1
                                                ? EngineSite.Group.ALONE
                                                : new EngineSite.Group(
                                                        hosts,
                                                        rank,
                                                        addresses.getFirst(),
                                                        ports.lastWorker())))
                .toList();
    }

    private static int hosts(EngineSpec engine, Scenario scenario) {
        return engine.executor() == EngineSpec.Executor.RAY
                ? 1
                : Math.ceilDiv(engine.parallelism().worldSize(), scenario.cluster().gpusPerNode());
    }
}
