package dev.shakedown.harness.cli;

import dev.shakedown.harness.history.History;
import dev.shakedown.harness.history.HistoryPlace;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Puts runs into the history as they end. The run directory is the truth and is complete before
 * this: whatever hinders it is said, with what to do, and changes no verdict.
 */
final class RunIndex {
    private final Path runs;
    private final Map<String, String> environment;
    private final Consumer<String> say;

    RunIndex(Path runs, Map<String, String> environment, Consumer<String> say) {
        this.runs = runs;
        this.environment = environment;
        this.say = say;
    }

    /** Adds one run with its loads. */
    void add(Path runDirectory) {
        tried(history -> history.add(runDirectory));
    }

    /**
     * Adds those that are not in it: where they ended inside a network namespace, no server could
     * be reached.
     */
    void addMissing() {
        tried(history -> history.missing().forEach(name -> history.add(runs.resolve(name))));
    }

    private void tried(Consumer<History> work) {
        try (History history = History.open(HistoryPlace.of(runs, environment))) {
            work.accept(history);
        } catch (RuntimeException | LinkageError e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            say.accept(
                    "not in the history: %s; `shakedown history rebuild --runs %s` adds the run"
                            .formatted(Terminal.plain(why), runs));
        }
    }
}
