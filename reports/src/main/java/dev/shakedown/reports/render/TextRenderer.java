package dev.shakedown.reports.render;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.SafeText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** What the end of a run prints. */
public final class TextRenderer {
    private static final List<String> METRICS =
            List.of(
                    "ttft.intended",
                    "ttft",
                    "ttft.firstTurn",
                    "ttft.laterTurns",
                    "tpot",
                    "icl",
                    "e2e.intended",
                    "e2e");
    private static final Map<Verdict, String> COLOURS =
            Map.of(
                    Verdict.PASSED, "32",
                    Verdict.FAILED, "31",
                    Verdict.INVALID, "33",
                    Verdict.ABORTED, "35");

    private TextRenderer() {}

    /**
     * Lines of text, each ended.
     *
     * @param runDirectory where the report lies
     * @param ansi colour the verdict's word; nothing is said by colour alone
     */
    public static String render(RunRecord run, Path runDirectory, boolean ansi) {
        StringBuilder text = new StringBuilder();
        String verdict = Headline.sign(run) + " " + run.verdict();
        String colour = "\u001B[1;" + COLOURS.get(run.verdict()) + "m";
        text.append(ansi ? colour + verdict + "\u001B[0m" : verdict);
        text.append(' ').append(SafeText.line(run.scenarioName())).append(": ");
        text.append(SafeText.line(Headline.of(run))).append('\n');
        if (run.simulated()) {
            SimulatedMark mark = SimulatedMark.of(run);
            text.append("  ").append(mark.name()).append(": ").append(mark.absent());
            text.append("; never compare with real numbers.\n");
        }
        run.reasons()
                .forEach(
                        r ->
                                text.append("  - ")
                                        .append(SafeText.line(r.code() + ": " + r.text()))
                                        .append('\n'));
        block(text, series(run));
        block(text, latency(run));
        block(text, certainty(run));
        pairs(text, new RateLines(run).rows());
        block(text, limits(run));
        text.append('\n');
        run.smoke()
                .ifPresent(
                        smoke ->
                                smoke.findings()
                                        .forEach(
                                                f ->
                                                        text.append("  ! ")
                                                                .append(SafeText.line(f))
                                                                .append('\n')));
        run.equivalents().values().forEach(command -> sameAs(text, command));
        text.append("  report  ")
                .append(SafeText.line(runDirectory.resolve("report.html").toString()));
        return text.append('\n').toString();
    }

    private static List<List<String>> series(RunRecord run) {
        // A search makes too many for a screen.
        Table loads =
                run.series()
                        .filter(series -> series.capacity().isPresent())
                        .map(Tables::rates)
                        .orElseGet(() -> Tables.series(run));
        if (loads.isEmpty()) {
            return List.of();
        }
        List<List<String>> rows = new ArrayList<>(List.of(loads.header()));
        rows.addAll(loads.rows());
        return rows;
    }

    private static List<List<String>> latency(RunRecord run) {
        List<String> shown =
                Stream.concat(
                                METRICS.stream(),
                                run.metrics().keySet().stream()
                                        .filter(key -> key.startsWith("ttft.endpoint"))
                                        .sorted())
                        .filter(key -> samples(run, key) > 0)
                        .toList();
        if (shown.isEmpty()) {
            return List.of();
        }
        List<String> percentiles = percentiles(run, shown);
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("latency in ms"));
        header.addAll(percentiles);
        rows.add(header);
        for (String key : shown) {
            MetricSummary metric = Objects.requireNonNull(run.metrics().get(key));
            List<String> row = new ArrayList<>(List.of(MetricNames.of(key)));
            percentiles.forEach(p -> row.add(Show.percentile(metric, p)));
            rows.add(row);
        }
        return rows;
    }

    /** Of the metrics that limits mean. */
    private static List<List<String>> certainty(RunRecord run) {
        List<String> shown =
                METRICS.stream()
                        .filter(key -> samples(run, key) > 0)
                        .filter(key -> samples(run, key + ".intended") == 0)
                        .toList();
        List<String> percentiles = percentiles(run, shown);
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("95 % interval (independent samples)"));
        header.addAll(percentiles);
        rows.add(header);
        for (String key : shown) {
            MetricSummary metric = Objects.requireNonNull(run.metrics().get(key));
            List<String> row = new ArrayList<>(List.of(MetricNames.of(key)));
            percentiles.forEach(p -> row.add(Show.interval(metric, p)));
            if (row.stream().skip(1).anyMatch(cell -> !cell.equals("–"))) {
                rows.add(row);
            }
        }
        return rows.size() == 1 ? List.of() : rows;
    }

    /** With p95 where a p99 is below its floor: the highest that a short run can publish. */
    private static List<String> percentiles(RunRecord run, List<String> shown) {
        boolean tooFew =
                shown.stream()
                        .map(key -> Objects.requireNonNull(run.metrics().get(key)))
                        .map(metric -> metric.percentiles().get("p99"))
                        .anyMatch(p99 -> p99 != null && p99.value().isEmpty());
        return tooFew ? List.of("p50", "p90", "p95", "p99") : List.of("p50", "p90", "p99");
    }

    private static long samples(RunRecord run, String key) {
        MetricSummary metric = run.metrics().get(key);
        return metric == null ? 0 : metric.count();
    }

    private static void sameAs(StringBuilder text, String command) {
        text.append("  same as\n");
        for (String line : ShellLines.of(SafeText.line(command))) {
            text.append("    ").append(line).append('\n');
        }
    }

    /** Two columns, both aligned to the left. */
    private static void pairs(StringBuilder text, List<List<String>> rows) {
        int width = rows.stream().mapToInt(row -> row.getFirst().length()).max().orElse(0);
        text.append(rows.isEmpty() ? "" : "\n");
        for (List<String> row : rows) {
            String pad = " ".repeat(width - row.getFirst().length());
            text.append("  ").append(row.getFirst()).append(pad).append("   ");
            text.append(row.getLast()).append('\n');
        }
    }

    private static List<List<String>> limits(RunRecord run) {
        List<List<String>> rows = new ArrayList<>();
        for (LimitResult limit : run.limits()) {
            rows.add(
                    List.of(
                            Tables.verdict(limit) + "  " + SafeText.label(limit.name()),
                            SafeText.label(limit.measured()),
                            "limit " + SafeText.label(limit.limit())));
        }
        return rows;
    }

    /** Columns aligned: the first to the left, the others to the right. */
    static void block(StringBuilder text, List<List<String>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text.append('\n');
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < columns; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == 0 ? row.get(i) + pad : "   " + pad + row.get(i));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }
}
