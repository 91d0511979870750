package dev.shakedown.harness.run;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Scenarios for runs against a fake provider. */
final class RunScenarios {
    private RunScenarios() {}

    /** One that only brings nodes up. */
    static Scenario bringUpOnly(Path folder) {
        return of(
                folder,
                """
                schemaVersion: 1
                name: bring-up-only
                question: Do nodes come up?
                cluster: { provider: simulated, nodes: 1, gpusPerNode: 1, gpu: H100-SXM-80GB }
                smoke: off
                """);
    }

    /** One that brings nodes up and proves their GPUs. */
    static Scenario withSmoke(Path folder) {
        return of(
                folder,
                """
                schemaVersion: 1
                name: with-smoke
                question: Do all GPUs work?
                cluster: { provider: simulated, nodes: 1, gpusPerNode: 1, gpu: H100-SXM-80GB }
                """);
    }

    /** Two nodes of eight GPUs, 5 s warm-up, 30 s load, an objective. */
    static Scenario withLoad(Path folder, String arrivals) {
        return of(
                folder,
                """
                schemaVersion: 1
                name: with-load
                question: Does it hold?
                cluster: { provider: simulated, nodes: 2, gpusPerNode: 8, gpu: H100-SXM-80GB }
                engine: { model: m, tensorParallel: 8, pipelineParallel: 2 }
                smoke: off
                load:
                  arrivals: { %s }
                  prompts: { inputTokens: 1000, outputTokens: 256 }
                  warmUp: 5s
                  duration: 30s
                slo: { ttft: 2s }
                """
                        .formatted(arrivals));
    }

    static Scenario of(Path folder, String yaml) {
        try {
            Path file = Files.createTempFile(folder, "scenario", ".yaml");
            Files.writeString(file, yaml);
            return ((ScenarioFile.Loaded) ScenarioLoader.load(file, List.of()))
                    .scenarios()
                    .getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
