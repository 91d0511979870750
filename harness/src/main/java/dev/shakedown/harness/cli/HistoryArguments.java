package dev.shakedown.harness.cli;

import dev.shakedown.harness.history.History;
import dev.shakedown.harness.history.HistoryPlace;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Option;

/** {@code --runs DIR --json}, shared by the commands that ask the history. */
final class HistoryArguments {
    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description = "where the run directories are (default: ./runs)")
    private Path runs = Path.of("runs");

    @Option(names = "--json", description = "print the result as JSON instead of text")
    private boolean json;

    boolean json() {
        return json;
    }

    /** What the command was called with is wrong where the history says so. */
    int with(ToIntFunction<History> command) {
        try (History history = History.open(HistoryPlace.of(runs, System.getenv()))) {
            return command.applyAsInt(history);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** The same, after a note on what the answer will lack. */
    int asked(ToIntFunction<History> command) {
        return with(
                history -> {
                    List<String> missing = history.missing();
                    if (!missing.isEmpty()) {
                        System.err.printf(
                                "%d run directories are not in the history, as %s; `shakedown history rebuild` adds them%n",
                                missing.size(), missing.getLast());
                    }
                    return command.applyAsInt(history);
                });
    }
}
