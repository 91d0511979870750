package dev.shakedown.harness.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --runs DIR --json}, shared by the commands that run scenarios. */
final class RunOutput {
    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description = "where run directories go (default: ./runs)")
    private Path runs = Path.of("runs");

    @Option(names = "--json", description = "print the result as JSON instead of text")
    private boolean json;

    ScenarioRuns runs(boolean vllmView) {
        return new ScenarioRuns(runs, json, vllmView);
    }
}
