package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.HistogramLog.Interval;
import dev.shakedown.reports.run.Points;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * A latency per second. A second holds too few requests for a p99, so the worst of each stands
 * beside its median.
 */
record LatencyOverTimeFigure(Curve curve, String fallbackTag, String title) implements RunFigure {
    static final RunFigure TTFT =
            new LatencyOverTimeFigure(
                    Curve.TTFT_INTENDED, Curve.TTFT.tag(), "Time to first token over time");
    static final RunFigure TPOT =
            new LatencyOverTimeFigure(
                    Curve.TPOT, Curve.TPOT.tag(), "Time per output token over time");

    private static final double NANOS_PER_MS = 1e6;
    private static final int TABLE_ROWS = 300;

    @Override
    public Optional<Figure> draw(RunData data) {
        List<Interval> intervals = intervals(data);
        if (intervals.isEmpty()) {
            return Optional.empty();
        }
        String caption =
                "Per second in which requests were meant to start: the median and the slowest."
                        + " A median that climbs through the run means a queue that grows.";
        List<Line> lines =
                List.of(
                        Line.of(
                                "slowest",
                                points(data, intervals, Interval::max),
                                1,
                                Line.Style.DASHED),
                        Line.of(
                                "median",
                                points(data, intervals, Interval::p50),
                                curve.colour(),
                                Line.Style.SOLID));
        XyChart chart =
                new XyChart(
                        Frame.of("time-" + curve.tag().replace('.', '-'), title, caption),
                        new XyChart.Axis("seconds since the load began", XyChart.Scale.LINEAR),
                        new XyChart.Axis(curve.name() + ", ms", XyChart.Scale.LINEAR),
                        "",
                        data.bands(),
                        lines);
        return Optional.of(new Figure(title, caption, chart.svg(), table(data, intervals)));
    }

    private List<Interval> intervals(RunData data) {
        List<Interval> found = tagged(data, curve.tag());
        return found.isEmpty() ? tagged(data, fallbackTag) : found;
    }

    private static List<Interval> tagged(RunData data, String tag) {
        List<Interval> all = new ArrayList<>(data.histograms().intervals("warmup/" + tag));
        all.addAll(data.histograms().intervals(tag));
        // A second is written when its last request has ended: a slow one comes after later ones.
        all.sort(Comparator.comparingDouble(Interval::startSeconds));
        return all;
    }

    private static Points points(
            RunData data, List<Interval> intervals, ToDoubleFunction<Interval> value) {
        Points.Builder points = new Points.Builder();
        for (Interval interval : intervals) {
            points.add(
                    interval.startSeconds() - data.loadStart(),
                    value.applyAsDouble(interval) / NANOS_PER_MS);
        }
        return points.build();
    }

    private static Table table(RunData data, List<Interval> intervals) {
        int step = Math.ceilDiv(intervals.size(), TABLE_ROWS);
        String first = step == 1 ? "Second" : "Second (every " + step + "th)";
        Table.Builder table = Table.of(first, "requests", "median (ms)", "slowest (ms)");
        for (int i = 0; i < intervals.size(); i += step) {
            Interval interval = intervals.get(i);
            table.row(
                    Show.number(interval.startSeconds() - data.loadStart()),
                    Show.count(interval.count()),
                    Show.ms((double) interval.p50()),
                    Show.ms((double) interval.max()));
        }
        return table.build();
    }
}
