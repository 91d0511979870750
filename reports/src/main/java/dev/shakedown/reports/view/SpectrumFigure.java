package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Latency over percentile on the log 1/(1−p) axis, where the tail gets its room. */
record SpectrumFigure(String id, String title, List<Curve> curves) implements RunFigure {
    static final RunFigure TTFT =
            new SpectrumFigure(
                    "spectrum-ttft",
                    "Time to first token: percentile spectrum",
                    List.of(Curve.TTFT_INTENDED, Curve.TTFT));
    static final RunFigure TPOT =
            new SpectrumFigure(
                    "spectrum-tpot",
                    "Time per output token: percentile spectrum",
                    List.of(Curve.TPOT, Curve.ICL));
    static final RunFigure E2E =
            new SpectrumFigure(
                    "spectrum-e2e",
                    "End-to-end latency: percentile spectrum",
                    List.of(Curve.E2E_INTENDED, Curve.E2E));

    private static final XyChart.Axis X =
            new XyChart.Axis(
                    "percentile (each further nine gets the same room)", XyChart.Scale.PERCENTILE);
    private static final XyChart.Axis Y = new XyChart.Axis("ms", XyChart.Scale.LINEAR);

    @Override
    public Optional<Figure> draw(RunData data) {
        List<Line> lines = new ArrayList<>();
        for (Curve curve : curves) {
            data.histograms()
                    .merged(curve.tag())
                    .map(Distribution::spectrum)
                    .map(points -> Line.of(curve.name(), points, curve.colour(), curve.style()))
                    .ifPresent(lines::add);
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String caption =
                "A flat line with a late rise is a healthy server with a few slow requests."
                        + " Where the shading begins, samples are too few to publish a percentile.";
        Frame frame = Frame.of(id, title, caption);
        XyChart chart = new XyChart(frame, X, Y, "", uncertified(data.run()), lines);
        return Optional.of(new Figure(title, caption, chart.svg(), table(data.run())));
    }

    /** From the last published percentile of the first curve on. */
    private List<XyChart.Band> uncertified(RunRecord run) {
        return Optional.ofNullable(run.metrics().get(curves.getFirst().tag()))
                .map(MetricSummary::percentiles)
                .flatMap(
                        all ->
                                all.entrySet().stream()
                                        .filter(e -> isPublished(e.getValue()))
                                        .map(e -> Double.parseDouble(e.getKey().substring(1)))
                                        .max(Double::compare))
                .map(last -> List.of(new XyChart.Band("too few samples", last, 100)))
                .orElse(List.of(new XyChart.Band("too few samples", 0, 100)));
    }

    private static boolean isPublished(PercentileValue value) {
        return value.value().isPresent();
    }

    private Table table(RunRecord run) {
        List<String> header = new ArrayList<>(List.of("Percentile (ms)"));
        curves.forEach(curve -> header.add(curve.name()));
        Table.Builder table = Table.of(header.toArray(String[]::new));
        List<Optional<MetricSummary>> metrics =
                curves.stream().map(c -> Optional.ofNullable(run.metrics().get(c.tag()))).toList();
        metrics.stream()
                .flatMap(Optional::stream)
                .flatMap(metric -> metric.percentiles().keySet().stream())
                .distinct()
                .forEach(key -> table.row(row(key, metrics)));
        return table.build();
    }

    private static List<String> row(String key, List<Optional<MetricSummary>> metrics) {
        List<String> row = new ArrayList<>(List.of(key));
        metrics.forEach(metric -> row.add(metric.map(m -> Show.percentile(m, key)).orElse("–")));
        return row;
    }
}
