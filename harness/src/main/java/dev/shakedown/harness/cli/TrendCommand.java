package dev.shakedown.harness.cli;

import dev.shakedown.harness.history.History;
import dev.shakedown.harness.history.RunFilter;
import dev.shakedown.harness.history.Trends;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A scenario's numbers over its runs. */
@Command(
        name = "trend",
        description =
                "Show the primary metrics of a scenario over its runs, and where their level changed (E-divisive with Student's t test, as Apache Otava).",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown trend 2x8-tp8-pp2 --since 90d",
            "  shakedown trend 2x8-tp8-pp2 --html trend.html",
            "  shakedown trend 2x8-tp8-pp2 --metric e2e.p99 --metric gpuHours",
            "",
            "A change that `baseline accept` has accepted stays, marked. The p-score is that of a test at",
            "the place where it is least: 0.001 and less fires on 2 to 3.5 % of series of noise."
        })
final class TrendCommand implements Callable<Integer> {
    private static final int MOST_BARS = 60;

    @Mixin private HistoryArguments arguments = new HistoryArguments();

    @Parameters(
            paramLabel = "SCENARIO",
            arity = "0..1",
            description = "its name (default: all, without the loads inside of series)")
    private @Nullable String scenario;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "only runs since then: 2026-11-01, or 30d, 12h before now",
            converter = Since.class)
    private @Nullable Instant since;

    @Option(
            names = "--metric",
            paramLabel = "KEY",
            description = "these in place of the primary ones, as ttft.p90 or requests/s")
    private List<String> metrics = List.of();

    @Option(names = "--html", paramLabel = "FILE", description = "also write a page with charts")
    private @Nullable Path page;

    @Override
    public Integer call() {
        Optional<String> name = Optional.ofNullable(scenario);
        RunFilter filter = new RunFilter(name, Optional.ofNullable(since), name.isPresent());
        return arguments.asked(history -> show(history, filter));
    }

    private int show(History history, RunFilter filter) {
        Trends trends = Trends.of(history, filter, metrics);
        if (arguments.json()) {
            System.out.println(trends.json());
        } else if (trends.all().isEmpty()) {
            System.out.println("no such runs in the history");
        } else {
            System.out.print(trends.text(MOST_BARS));
        }
        Optional.ofNullable(page).map(Path::toAbsolutePath).ifPresent(trends::writePage);
        return ExitCode.OK.code();
    }
}
