package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Share of requests that were at least as fast. */
record EcdfFigure() implements RunFigure {
    private static final List<Curve> CURVES =
            List.of(Curve.TTFT_INTENDED, Curve.TPOT, Curve.E2E_INTENDED);
    private static final List<Line.Style> STYLES =
            List.of(Line.Style.SOLID, Line.Style.DASHED, Line.Style.DOTTED);
    private static final int[] SHARES = {10, 25, 50, 75, 90};

    /**
     * Samples that each share needs, by the rule of the percentiles' floors: the smallest n at
     * which at most one value beyond it has a chance of 1 % or less, n·(1−q)·qⁿ⁻¹ + qⁿ ≤ 0.01 with
     * q the larger part.
     */
    private static final int[] FLOORS = {64, 24, 11, 24, 64};

    @Override
    public Optional<Figure> draw(RunData data) {
        List<Line> lines = new ArrayList<>();
        Table.Builder table = Table.of("Share within (ms)", "10 %", "25 %", "50 %", "75 %", "90 %");
        for (Curve curve : CURVES) {
            Optional<Histogram> values = data.histograms().merged(curve.tag());
            if (values.isPresent()) {
                lines.add(
                        Line.of(
                                curve.name(),
                                Distribution.ecdf(values.get()),
                                curve.colour(),
                                STYLES.get(lines.size())));
                table.row(row(curve, values.get()));
            }
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String title = "Distribution: how many requests were at least this fast";
        String caption =
                "Two steps in one curve mean two kinds of requests, or a server in two moods.";
        XyChart chart =
                new XyChart(
                        Frame.of("ecdf", title, caption),
                        new XyChart.Axis("ms (log scale)", XyChart.Scale.LOG),
                        new XyChart.Axis("% of requests", XyChart.Scale.LINEAR),
                        "",
                        List.of(),
                        lines);
        return Optional.of(new Figure(title, caption, chart.svg(), table.build()));
    }

    private static List<String> row(Curve curve, Histogram values) {
        List<String> row = new ArrayList<>(List.of(curve.name()));
        for (int i = 0; i < SHARES.length; i++) {
            row.add(
                    values.getTotalCount() < FLOORS[i]
                            ? "needs " + FLOORS[i]
                            : Show.ms((double) values.getValueAtPercentile(SHARES[i])));
        }
        return row;
    }
}
