package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.Deadlines;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.LoadFrom;
import dev.shakedown.harness.scenario.LocalSpec;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.harness.scenario.Provider;
import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scenarios for tests of the local provider. */
final class LocalScenarios {

    private LocalScenarios() {}

    static Scenario of(int nodes, int gpusPerNode, LocalSpec local, EngineSpec.Executor executor) {
        EngineSpec engine =
                new EngineSpec(
                        EngineSpec.BUILTIN_TINY,
                        Optional.of("tiny"),
                        Optional.empty(),
                        new Parallelism(Math.min(2, gpusPerNode), 1, 1),
                        executor,
                        List.of(),
                        Map.of(),
                        Optional.empty());
        return new Scenario(
                "test",
                "Does it start?",
                new ClusterSpec(Provider.LOCAL, nodes, gpusPerNode, Optional.empty()),
                local,
                Optional.of(engine),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new LoadFrom.Here(),
                List.of(),
                Optional.empty(),
                Map.of(),
                Deadlines.DEFAULT,
                Path.of("test.yaml"),
                Map.of());
    }
}
