package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.Points;
import dev.shakedown.reports.trend.Trend;
import dev.shakedown.reports.trend.TrendChange;
import dev.shakedown.reports.trend.TrendLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One metric over the runs of a trend, against its first level: shifts of a few per cent would not
 * show on an axis that begins at zero.
 */
final class TrendFigure {
    private static final double HOURS_PER_DAY = 24;
    private static final double PER_CENT = 100;

    private final Trend trend;
    private final TrendLine line;
    private final double level;

    private TrendFigure(Trend trend, TrendLine line) {
        this.trend = trend;
        this.line = line;
        level = line.firstLevel();
    }

    static Figure of(Trend trend, TrendLine line, int number) {
        return new TrendFigure(trend, line).draw(number);
    }

    private Figure draw(int number) {
        String title = line.metric().title();
        String caption =
                "Change against the first level, %s. Bands are levels; they change where the test found it, and are named by their mean."
                        .formatted(Show.number(level));
        XyChart chart =
                new XyChart(
                        Frame.of("trend-" + number, title, caption),
                        new XyChart.Axis("days since " + start(), XyChart.Scale.LINEAR),
                        new XyChart.Axis(
                                line.metric().key() + ", change in %", XyChart.Scale.LINEAR),
                        "",
                        bands(),
                        List.of(
                                Line.of("runs", points(), 0, Line.Style.SOLID),
                                Line.of("level", levels(), 1, Line.Style.DASHED)));
        return new Figure(title, caption, chart.svg(), table());
    }

    private Points points() {
        Points.Builder points = new Points.Builder();
        for (int i = 0; i < line.values().size(); i++) {
            if (!line.values().get(i).isNaN()) {
                points.add(day(i), relative(line.values().get(i)));
            }
        }
        return points.build();
    }

    private Points levels() {
        Points.Builder points = new Points.Builder();
        points.add(day(0), relative(level));
        for (TrendChange change : line.changes()) {
            points.add(day(change.run()), relative(change.before()));
            points.add(day(change.run()), relative(change.after()));
        }
        return points.add(end(), relative(line.lastLevel())).build();
    }

    private List<XyChart.Band> bands() {
        List<XyChart.Band> bands = new ArrayList<>();
        double from = 0;
        double mean = level;
        for (TrendChange change : line.changes()) {
            bands.add(new XyChart.Band(Show.number(mean), from, day(change.run())));
            from = day(change.run());
            mean = change.after();
        }
        bands.add(new XyChart.Band(Show.number(mean), from, end()));
        return bands;
    }

    private Table table() {
        Table.Builder table = Table.of("Run", line.metric().title(), "Change in %");
        for (int i = 0; i < line.values().size(); i++) {
            double value = line.values().get(i);
            table.row(
                    trend.runs().get(i).id(),
                    Show.number(value),
                    Double.isNaN(value)
                            ? "–"
                            : String.format(Locale.ROOT, "%+.1f", relative(value)));
        }
        return table.build();
    }

    private double relative(double value) {
        return level == 0 ? 0 : (value / level - 1) * PER_CENT;
    }

    private double day(int run) {
        Instant at = trend.runs().get(run).at();
        return Duration.between(trend.runs().getFirst().at(), at).toMinutes()
                / 60.0
                / HOURS_PER_DAY;
    }

    private double end() {
        return day(trend.runs().size() - 1);
    }

    private String start() {
        return trend.runs().getFirst().at().toString().substring(0, "2026-11-01".length());
    }
}
