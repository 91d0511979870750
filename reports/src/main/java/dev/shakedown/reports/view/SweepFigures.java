package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.Points;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Throughput, latency and memory over the offered rate: where the knee is, and what makes it. */
record SweepFigures(Sweep sweep) {
    private static final double NANOS_PER_MS = 1e6;
    private static final XyChart.Axis RATE =
            new XyChart.Axis("offered requests/s", XyChart.Scale.LINEAR);

    List<Figure> all() {
        List<Figure> figures = new ArrayList<>();
        figures.add(throughput());
        latency().ifPresent(figures::add);
        memory().ifPresent(figures::add);
        return figures;
    }

    /** A column of a figure's table: its header, and what a run has there. */
    private record Column(String header, Function<Sweep.Step, Optional<Double>> read) {}

    private Figure throughput() {
        Column done = new Column("completed/s", step -> rate(step.run(), "requests/s"));
        Column tokens = new Column("output tokens/s", step -> rate(step.run(), "outputTokens/s"));
        List<Line> lines =
                List.of(
                        Line.of(
                                "as many as offered",
                                line(step -> Optional.of(step.rate())),
                                6,
                                Line.Style.DASHED),
                        Line.of("completed", line(done.read), 0, Line.Style.SOLID),
                        Line.of("output tokens/s (right)", line(tokens.read), 1, Line.Style.DOTTED)
                                .onTheRight());
        String title = "Throughput over the offered rate";
        String caption =
                "Where the completed requests leave the dashed line, the server no longer keeps up.";
        XyChart chart =
                new XyChart(
                        Frame.of("sweep-throughput", title, caption),
                        RATE,
                        new XyChart.Axis("requests/s", XyChart.Scale.LINEAR),
                        "output tokens/s",
                        List.of(),
                        lines);
        return new Figure(title, caption, chart.svg(), table(done, tokens));
    }

    private Optional<Figure> latency() {
        Column half = ms("TTFT p50 (ms)", "ttft.intended", "p50");
        Column most = ms("TTFT p90 (ms)", "ttft.intended", "p90");
        Column each = ms("TPOT p50 (ms)", "tpot", "p50");
        List<Line> lines = new ArrayList<>();
        add(lines, Line.of("TTFT p50", line(half.read), 0, Line.Style.SOLID));
        add(lines, Line.of("TTFT p90", line(most.read), 1, Line.Style.DASHED));
        add(lines, Line.of("TPOT p50", line(each.read), 2, Line.Style.DOTTED));
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String title = "Latency over the offered rate";
        String caption =
                "On a logarithmic scale. Beyond the knee, TTFT grows with the length of the run:"
                        + " the queue never ends.";
        XyChart chart =
                new XyChart(
                        Frame.of("sweep-latency", title, caption),
                        RATE,
                        new XyChart.Axis("ms", XyChart.Scale.LOG),
                        "",
                        List.of(),
                        lines);
        return Optional.of(new Figure(title, caption, chart.svg(), table(half, most, each)));
    }

    private Optional<Figure> memory() {
        Column cache =
                new Column(
                        "KV cache in use, at most (%)", step -> boxed(step.engine().kvPercent()));
        Column preempted = new Column("preemptions", step -> boxed(step.engine().preemptions()));
        Points used = line(cache.read);
        Points preemptions = line(preempted.read);
        if (used.isEmpty()) {
            return Optional.empty();
        }
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("KV cache in use, at most", used, 3, Line.Style.SOLID));
        add(lines, Line.of("preemptions (right)", preemptions, 1, Line.Style.DASHED).onTheRight());
        String title = "KV cache and preemptions over the offered rate";
        String caption =
                "From vLLM's own metrics. A knee at a full cache, with preemptions, is a limit of"
                        + " memory; one below it, of compute.";
        XyChart chart =
                new XyChart(
                        Frame.of("sweep-memory", title, caption),
                        RATE,
                        new XyChart.Axis("KV cache in use, %", XyChart.Scale.LINEAR),
                        preemptions.isEmpty() ? "" : "preemptions",
                        List.of(),
                        lines);
        return Optional.of(new Figure(title, caption, chart.svg(), table(cache, preempted)));
    }

    private Table table(Column... columns) {
        List<String> header = new ArrayList<>(List.of("Scenario", "offered requests/s"));
        for (Column column : columns) {
            header.add(column.header);
        }
        Table.Builder table = Table.of(header.toArray(String[]::new));
        for (Sweep.Step step : sweep.steps()) {
            List<String> row =
                    new ArrayList<>(List.of(step.entry().label(), Show.number(step.rate())));
            for (Column column : columns) {
                row.add(column.read.apply(step).map(Show::number).orElse("–"));
            }
            table.row(row);
        }
        return table.build();
    }

    private static void add(List<Line> lines, Line line) {
        if (!line.points().isEmpty()) {
            lines.add(line);
        }
    }

    private static Column ms(String header, String metric, String percentile) {
        return new Column(header, step -> ms(step.run(), metric, percentile));
    }

    private static Optional<Double> ms(RunRecord run, String metric, String percentile) {
        return Optional.ofNullable(run.metrics().get(metric))
                .map(MetricSummary::percentiles)
                .map(percentiles -> percentiles.get(percentile))
                .flatMap(PercentileValue::value)
                .map(nanos -> nanos / NANOS_PER_MS);
    }

    private static Optional<Double> rate(RunRecord run, String key) {
        return Optional.ofNullable(run.rates().get(key));
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
    }

    private Points line(Function<Sweep.Step, Optional<Double>> read) {
        Points.Builder points = new Points.Builder();
        for (Sweep.Step step : sweep.steps()) {
            read.apply(step).ifPresent(value -> points.add(step.rate(), value));
        }
        return points.build();
    }
}
