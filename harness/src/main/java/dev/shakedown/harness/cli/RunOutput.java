package dev.shakedown.harness.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --runs DIR --json}, shared by the commands that run scenarios. */
final class RunOutput {
    private static final Path USUAL = Path.of("runs");

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description = "where run directories go (default: ./runs)")
    private Path runs = USUAL;

    @Option(names = "--json", description = "print the result as JSON instead of text")
    private boolean json;

    Path runs() {
        return runs;
    }

    boolean json() {
        return json;
    }

    /** What was said of the folder, as words of a command. */
    List<String> again() {
        return runs.equals(USUAL) ? List.of() : List.of("--runs", runs.toString());
    }

    ScenarioRuns runs(boolean vllmView) {
        return new ScenarioRuns(runs, json, vllmView);
    }
}
