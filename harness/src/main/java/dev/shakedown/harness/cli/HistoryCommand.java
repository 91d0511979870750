package dev.shakedown.harness.cli;

import dev.shakedown.harness.history.History;
import dev.shakedown.harness.history.IndexedRun;
import dev.shakedown.harness.history.RunFilter;
import dev.shakedown.harness.history.RunListing;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** The index of runs: what is in it, and making it again. */
@Command(
        name = "history",
        description =
                "List the runs of a folder from their index: history.db beside them, or the PostgreSQL that SHAKEDOWN_HISTORY names.",
        mixinStandardHelpOptions = true,
        subcommands = HistoryCommand.Rebuild.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown history --scenario 2x8-tp8-pp2 --since 30d",
            "  shakedown history rebuild            from the run directories, at any time"
        })
final class HistoryCommand implements Callable<Integer> {
    @Mixin private HistoryArguments arguments = new HistoryArguments();

    @Option(names = "--scenario", paramLabel = "NAME", description = "only runs of this scenario")
    private @Nullable String scenario;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "only runs since then: 2026-11-01, or 30d, 12h before now",
            converter = Since.class)
    private @Nullable Instant since;

    @Option(names = "--loads", description = "also the loads inside of sweeps and searches")
    private boolean loads;

    @Override
    public Integer call() {
        RunFilter filter =
                new RunFilter(Optional.ofNullable(scenario), Optional.ofNullable(since), loads);
        return arguments.asked(history -> list(history.runs(filter)));
    }

    private int list(List<IndexedRun> runs) {
        if (arguments.json()) {
            System.out.println(RunListing.json(runs));
        } else if (runs.isEmpty()) {
            System.out.println("no such runs in the history");
        } else {
            System.out.print(Terminal.plainLines(RunListing.text(runs)));
        }
        return ExitCode.OK.code();
    }

    /** Makes the index again. */
    @Command(
            name = "rebuild",
            description = "Make the index again from the run directories and baselines.jsonl.",
            mixinStandardHelpOptions = true)
    static final class Rebuild implements Callable<Integer> {
        @Mixin private HistoryArguments arguments = new HistoryArguments();

        @Override
        public Integer call() {
            return arguments.with(history -> say(history.rebuild()));
        }

        private int say(History.Rebuilt result) {
            if (arguments.json()) {
                Map<String, Object> json = new LinkedHashMap<>();
                json.put("runs", result.runs());
                json.put("loads", result.loads());
                json.put("decisions", result.decisions());
                json.put("skipped", result.skipped());
                System.out.println(JsonMapper.shared().writeValueAsString(json));
                return ExitCode.OK.code();
            }
            result.skipped()
                    .forEach(line -> System.out.println("skipped: " + Terminal.plain(line)));
            System.out.printf(
                    "%d runs, %d loads of series and %d decisions about baselines are in the history%n",
                    result.runs(), result.loads(), result.decisions());
            return ExitCode.OK.code();
        }
    }
}
