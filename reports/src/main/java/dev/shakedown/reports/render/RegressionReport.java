package dev.shakedown.reports.render;

import dev.shakedown.reports.regression.ComparisonVerdict;
import dev.shakedown.reports.regression.FieldDifference;
import dev.shakedown.reports.regression.MetricResult;
import dev.shakedown.reports.regression.RegressionResult;
import dev.shakedown.reports.regression.ShiftFunction;
import dev.shakedown.reports.run.RunRecord;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether something got slower, as a report says it.
 *
 * @param scenario whose runs these are
 * @param sentence what was found, where and what else changed, in one sentence
 * @param next what to do now; empty if there is nothing to do
 * @param rows the primary metrics, as people see them
 * @param baseline directories of all baseline runs, those that do not count as well
 */
public record RegressionReport(
        String scenario,
        RegressionResult result,
        String sentence,
        String next,
        List<Row> rows,
        List<ShiftFunction> shifts,
        List<Figure> figures,
        List<String> baseline,
        List<String> candidate) {

    /** By which rules the numbers were found; the same words in every format. */
    public static final String METHODS =
            "One value a run. Change and 95 % interval: Student's t on the log ratios of pairs, or"
                    + " Welch's t on logs of runs that are no pairs (errors: on plain differences)."
                    + " p: exact Mann-Whitney test over runs, two-sided, corrected by Benjamini and"
                    + " Hochberg over these metrics. A change counts beyond delta, with an interval"
                    + " without 0 and p ≤ 0.05; for the worse it is suspected from p ≤ 0.20, and"
                    + " counts only if fresh runs repeat it at p ≤ 0.05. Latencies shown are"
                    + " percentiles of all runs of a group merged.";

    public RegressionReport {
        rows = List.copyOf(rows);
        shifts = List.copyOf(shifts);
        figures = List.copyOf(figures);
        baseline = List.copyOf(baseline);
        candidate = List.copyOf(candidate);
    }

    /**
     * A metric's result with the values to show: percentiles of the groups' merged histograms,
     * where there are any.
     */
    public record Row(MetricResult result, double baseline, double candidate) {}

    /** How every output says that this is no real cluster. */
    Optional<SimulatedMark> simulated() {
        List<RunRecord> runs = result.arms().all();
        return runs.stream()
                .filter(RunRecord::simulated)
                .findFirst()
                .map(run -> SimulatedMark.of(run));
    }

    /** A sign that carries the verdict without colour. */
    String sign() {
        return sign(result.verdict());
    }

    static String sign(ComparisonVerdict verdict) {
        return switch (verdict) {
            case REGRESSED -> "✗";
            case IMPROVED -> "▲";
            case EQUIVALENT -> "✓";
            case INCONCLUSIVE -> "?";
            case NOT_COMPARABLE -> "≠";
        };
    }

    /** {@code 6 pairs of runs}, or {@code 5 runs against 8}. */
    String size() {
        int before = result.arms().baseline().size();
        int after = result.arms().candidate().size();
        return result.arms().paired() && before > 1
                ? before + " pairs of runs"
                : "%d %s against %d".formatted(before, before == 1 ? "run" : "runs", after);
    }

    Table metrics() {
        Table.Builder table =
                Table.of(
                        "Metric",
                        "baseline",
                        "candidate",
                        "change",
                        "95 % interval",
                        "p, corrected",
                        "delta",
                        "verdict",
                        "more runs");
        for (Row row : rows) {
            MetricResult found = row.result();
            String unit = found.metric().unit();
            table.row(
                    found.metric().label() + (unit.isEmpty() ? "" : " (" + unit + ")"),
                    Changes.value(found.metric(), row.baseline()),
                    Changes.value(found.metric(), row.candidate()),
                    Changes.change(found),
                    Changes.interval(found),
                    Changes.p(found),
                    Changes.delta(found),
                    found.verdict().name(),
                    Changes.more(found));
        }
        return table.build();
    }

    Table differences() {
        Table.Builder table = Table.of("Field", "baseline", "candidate", "meaning");
        for (FieldDifference difference : result.differences()) {
            table.row(
                    difference.field(),
                    difference.baseline(),
                    difference.candidate(),
                    switch (difference.kind()) {
                        case UNDER_TEST -> "under test";
                        case FORBIDS -> "must not differ";
                        case NEVER -> "never comparable";
                        case INCIDENTAL -> "for information";
                    });
        }
        return table.build();
    }

    Table leftOut() {
        Table.Builder table = Table.of("Run", "why it does not count");
        result.leftOut().forEach(run -> table.row(run.run(), run.reason()));
        return table.build();
    }

    /** How requests ended, all runs of a group together. */
    Table outcomes() {
        Table.Builder table = Table.of("Outcome", "baseline", "candidate");
        Stream.of(result.arms().baseline(), result.arms().candidate())
                .flatMap(List::stream)
                .flatMap(run -> run.outcomes().keySet().stream())
                .distinct()
                .sorted()
                .forEach(
                        outcome ->
                                table.row(
                                        outcome,
                                        count(result.arms().baseline(), outcome),
                                        count(result.arms().candidate(), outcome)));
        return table.build();
    }

    private static String count(List<RunRecord> runs, String outcome) {
        return Show.count(
                runs.stream().mapToLong(run -> run.outcomes().getOrDefault(outcome, 0L)).sum());
    }
}
