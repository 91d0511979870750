package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.IntervalChart;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.regression.ComparisonVerdict;
import dev.shakedown.reports.regression.Interval;
import dev.shakedown.reports.regression.MetricResult;
import dev.shakedown.reports.regression.PrimaryMetric.Scale;
import dev.shakedown.reports.regression.RegressionResult;
import dev.shakedown.reports.regression.ShiftFunction;
import dev.shakedown.reports.render.Changes;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.Points;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** The charts of a comparison of two groups: changes with intervals, shift functions, spectra. */
final class RegressionFigures {
    private static final double PERCENT = 100;

    private RegressionFigures() {}

    static Optional<Figure> intervals(RegressionResult result) {
        List<IntervalChart.Row> rows = new ArrayList<>();
        Table.Builder table = Table.of("Metric", "change", "95 % interval", "verdict");
        for (MetricResult metric : result.metrics()) {
            if (metric.metric().scale() == Scale.RELATIVE && Double.isFinite(metric.change())) {
                rows.add(row(metric));
                table.row(
                        metric.metric().label(),
                        Changes.change(metric),
                        Changes.interval(metric),
                        metric.verdict().name());
            }
        }
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        String title = "What changed, and how sure that is";
        String caption =
                "The dot is the change of the candidate, the bar its 95 % interval; in the grey band"
                        + " (± delta) a change does not matter. Higher is better for throughput,"
                        + " lower for latencies.";
        IntervalChart chart =
                new IntervalChart(Frame.of("changes", title, caption), "change, %", rows);
        return Optional.of(new Figure(title, caption, chart.svg(), table.build()));
    }

    private static IntervalChart.Row row(MetricResult metric) {
        Interval interval =
                metric.interval().orElseGet(() -> new Interval(metric.change(), metric.change()));
        return new IntervalChart.Row(
                metric.metric().label(),
                metric.change() * PERCENT,
                interval.low() * PERCENT,
                interval.high() * PERCENT,
                metric.delta() * PERCENT,
                state(metric),
                Changes.change(metric) + "  " + word(metric));
    }

    private static String word(MetricResult metric) {
        return metric.suspected() ? "suspected" : metric.verdict().name().toLowerCase(Locale.ROOT);
    }

    private static IntervalChart.State state(MetricResult metric) {
        if (metric.suspected() || metric.verdict() == ComparisonVerdict.REGRESSED) {
            return IntervalChart.State.WORSE;
        }
        return switch (metric.verdict()) {
            case IMPROVED -> IntervalChart.State.BETTER;
            case EQUIVALENT -> IntervalChart.State.SAME;
            default -> IntervalChart.State.OPEN;
        };
    }

    static Figure shift(ShiftFunction shift) {
        String name = name(shift.tag());
        Table.Builder table =
                Table.of("Percentile", "baseline (ms)", "candidate (ms)", "change", "95 % band");
        for (ShiftFunction.Point point : shift.points()) {
            table.row(
                    "p" + Show.number(point.percentile()).replaceAll("\\.?0+$", ""),
                    Show.number(point.baselineMs()),
                    Show.number(point.candidateMs()),
                    Show.change(point.change()),
                    point.band()
                            .map(b -> Show.change(b.low()) + " … " + Show.change(b.high()))
                            .orElse("–"));
        }
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("change", line(shift, ShiftFunction.Point::change), 0, Line.Style.SOLID));
        if (shift.points().stream().allMatch(point -> point.band().isPresent())) {
            lines.add(Line.of("95 % band, low", line(shift, p -> low(p)), 1, Line.Style.DASHED));
            lines.add(Line.of("95 % band, high", line(shift, p -> high(p)), 1, Line.Style.DASHED));
        }
        String title = name + ": where it moved";
        String caption =
                "A level line: every request changed alike, as with slower steps. A line that only"
                        + " rises on the right: a few wait longer, as with queueing or preemption.";
        XyChart chart =
                new XyChart(
                        Frame.of("shift-" + id(shift.tag()), title, caption),
                        new XyChart.Axis("percentile", XyChart.Scale.PERCENTILE),
                        new XyChart.Axis("change, %", XyChart.Scale.LINEAR),
                        "",
                        List.of(),
                        lines);
        return new Figure(title, caption, chart.svg(), table.build());
    }

    /** Both groups' distributions, each of all its runs merged. */
    static Optional<Figure> spectrum(
            String tag, Map<String, List<Histogram>> before, Map<String, List<Histogram>> after) {
        if (!before.containsKey(tag) || !after.containsKey(tag)) {
            return Optional.empty();
        }
        Histogram base = ShiftFunction.merged(before.getOrDefault(tag, List.of()));
        Histogram candidate = ShiftFunction.merged(after.getOrDefault(tag, List.of()));
        String title = name(tag) + ": percentile spectra of all runs merged";
        String caption = "The lower curve is faster. The far right is drawn from few requests.";
        Table table =
                Table.of("Group", "values", "p50 (ms)", "p90 (ms)", "p99 (ms)")
                        .row(spectrumRow("baseline", base))
                        .row(spectrumRow("candidate", candidate))
                        .build();
        XyChart chart =
                new XyChart(
                        Frame.of("merged-" + id(tag), title, caption),
                        new XyChart.Axis("percentile", XyChart.Scale.PERCENTILE),
                        new XyChart.Axis("ms", XyChart.Scale.LINEAR),
                        "",
                        List.of(),
                        List.of(
                                Line.of(
                                        "baseline",
                                        Distribution.spectrum(base),
                                        0,
                                        Line.Style.SOLID),
                                Line.of(
                                        "candidate",
                                        Distribution.spectrum(candidate),
                                        1,
                                        Line.Style.DASHED)));
        return Optional.of(new Figure(title, caption, chart.svg(), table));
    }

    private static List<String> spectrumRow(String group, Histogram values) {
        return List.of(
                group,
                Show.count(values.getTotalCount()),
                Show.ms((double) values.getValueAtPercentile(50)),
                Show.ms((double) values.getValueAtPercentile(90)),
                Show.ms((double) values.getValueAtPercentile(99)));
    }

    private static double low(ShiftFunction.Point point) {
        return point.band().map(Interval::low).orElse(point.change());
    }

    private static double high(ShiftFunction.Point point) {
        return point.band().map(Interval::high).orElse(point.change());
    }

    private static Points line(ShiftFunction shift, ToDoubleFunction<ShiftFunction.Point> read) {
        Points.Builder points = new Points.Builder();
        shift.points().forEach(p -> points.add(p.percentile(), read.applyAsDouble(p) * PERCENT));
        return points.build();
    }

    private static String name(String tag) {
        return tag.replace(".intended", "").toUpperCase(Locale.ROOT);
    }

    private static String id(String tag) {
        return tag.replace('.', '-');
    }
}
