package dev.shakedown.harness.history;

import dev.shakedown.reports.ReportWriter;
import dev.shakedown.reports.render.TrendJson;
import dev.shakedown.reports.render.TrendText;
import dev.shakedown.reports.trend.Acceptance;
import dev.shakedown.reports.trend.Trend;
import dev.shakedown.reports.trend.TrendBuilder;
import dev.shakedown.reports.trend.TrendRun;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * From the index to trends; the way for commands to reach those of the reports module.
 *
 * @param all the newest last
 */
public record Trends(List<Trend> all) {
    public Trends {
        all = List.copyOf(all);
    }

    /**
     * One a scenario and kind of cluster.
     *
     * @param metrics keys of those to follow; none for the primary ones
     */
    public static Trends of(History history, RunFilter filter, List<String> metrics) {
        Map<RunKind, List<IndexedRun>> kinds = new LinkedHashMap<>();
        for (IndexedRun run : history.runs(filter)) {
            if (!run.counts() && !run.broken()) {
                continue; // It made no load, by its caller's choice.
            }
            kinds.computeIfAbsent(RunKind.of(run), _ -> new ArrayList<>()).add(run);
        }
        List<Trend> trends = new ArrayList<>();
        kinds.entrySet().stream()
                .sorted(Comparator.comparing(kind -> kind.getValue().getLast().startedAt()))
                .forEach(
                        kind -> {
                            List<Acceptance> accepted = accepted(history, kind.getKey());
                            trends.add(trend(kind.getKey(), kind.getValue(), accepted, metrics));
                        });
        return new Trends(trends);
    }

    /** For a terminal; {@code mostBars} runs are drawn. */
    public String text(int mostBars) {
        return all.stream()
                .map(trend -> TrendText.render(trend, mostBars))
                .collect(Collectors.joining("\n"));
    }

    /** For scripts. */
    public String json() {
        return TrendJson.render(all);
    }

    /** Writes a page with charts. */
    public void writePage(Path file) {
        ReportWriter.trends(all, file);
    }

    private static Trend trend(
            RunKind kind, List<IndexedRun> all, List<Acceptance> accepted, List<String> metrics) {
        List<TrendRun> runs = all.stream().filter(IndexedRun::counts).map(Trends::run).toList();
        TrendBuilder builder = new TrendBuilder(runs, accepted);
        return new Trend(
                kind.scenario(),
                kind.on(),
                kind.simulated(),
                all.size() - runs.size(),
                runs,
                builder.lines(metrics),
                builder.marks());
    }

    private static TrendRun run(IndexedRun run) {
        Map<String, Double> values = new LinkedHashMap<>();
        run.figures().forEach((name, figure) -> values.put(name, figure.value()));
        return new TrendRun(run.id(), run.startedAt(), run.fingerprint(), values);
    }

    /**
     * An acceptance covers what was there when the newest of its runs began, of the kind of these.
     */
    private static List<Acceptance> accepted(History history, RunKind kind) {
        Map<String, Instant> starts =
                history.runs(RunFilter.of(kind.scenario())).stream()
                        .filter(run -> RunKind.of(run).equals(kind))
                        .collect(Collectors.toMap(IndexedRun::id, IndexedRun::startedAt));
        List<Acceptance> accepted = new ArrayList<>();
        for (BaselineDecision decision : history.baseline(kind.scenario()).accepted()) {
            decision.runs().stream()
                    .filter(starts::containsKey)
                    .map(starts::get)
                    .max(Comparator.naturalOrder())
                    .map(
                            newest ->
                                    new Acceptance(
                                            newest, decision.at(), decision.who(), decision.why()))
                    .ifPresent(accepted::add);
        }
        return accepted;
    }
}
