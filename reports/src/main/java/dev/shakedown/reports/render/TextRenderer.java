package dev.shakedown.reports.render;

import dev.shakedown.reports.run.GpuHours;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.SafeText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the end of a run prints. */
public final class TextRenderer {
    private static final List<String> METRICS =
            List.of("ttft.intended", "ttft", "tpot", "icl", "e2e.intended", "e2e");
    private static final List<String> PERCENTILES = List.of("p50", "p90", "p99");
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
            text.append("  SIMULATED: no GPU was involved; never compare with real numbers.\n");
        }
        run.reasons()
                .forEach(
                        r ->
                                text.append("  - ")
                                        .append(SafeText.line(r.code() + ": " + r.text()))
                                        .append('\n'));
        block(text, latency(run));
        block(text, rates(run));
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
        GpuHours.of(run)
                .ifPresent(
                        hours ->
                                text.append("  GPU-hours  ")
                                        .append(Show.number(hours))
                                        .append(run.simulated() ? " (simulated)\n" : "\n"));
        run.equivalents()
                .forEach(
                        (_, command) ->
                                text.append("  same as  ")
                                        .append(SafeText.line(command))
                                        .append('\n'));
        text.append("  report  ")
                .append(SafeText.line(runDirectory.resolve("report.html").toString()));
        return text.append('\n').toString();
    }

    private static List<List<String>> latency(RunRecord run) {
        List<List<String>> rows = new ArrayList<>();
        for (String key : METRICS) {
            Optional.ofNullable(run.metrics().get(key))
                    .filter(metric -> metric.count() > 0)
                    .ifPresent(metric -> rows.add(latencyRow(key, metric)));
        }
        if (!rows.isEmpty()) {
            List<String> header = new ArrayList<>(List.of("latency in ms"));
            header.addAll(PERCENTILES);
            rows.addFirst(header);
        }
        return rows;
    }

    private static List<String> latencyRow(String key, MetricSummary metric) {
        List<String> row = new ArrayList<>(List.of(MetricNames.of(key)));
        PERCENTILES.forEach(p -> row.add(Show.percentile(metric, p)));
        return row;
    }

    private static List<List<String>> rates(RunRecord run) {
        List<List<String>> rows = new ArrayList<>();
        int gpus = run.shape().engineGpus();
        run.rates()
                .forEach(
                        (name, value) -> {
                            boolean perGpu = name.endsWith("/s") && gpus > 1;
                            String each = perGpu ? Show.number(value / gpus) + " per GPU" : "";
                            rows.add(List.of(SafeText.label(name), rate(name, value), each));
                        });
        return rows;
    }

    private static String rate(String name, double value) {
        return name.equals("goodput") ? Show.percent(value) : Show.number(value);
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
    private static void block(StringBuilder text, List<List<String>> rows) {
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
