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

/**
 * Throughput, latency and memory over the load: where the knee is, and what makes it.
 *
 * @param rates whether the load is a rate; a number of users otherwise
 */
record SweepFigures(Sweep sweep, boolean rates) {
    private static final double NANOS_PER_MS = 1e6;

    private String load() {
        return rates ? "offered requests/s" : "users";
    }

    private String over() {
        return rates ? " over the offered rate" : " over the number of users";
    }

    private XyChart.Axis axis() {
        return new XyChart.Axis(load(), XyChart.Scale.LINEAR);
    }

    List<Figure> all() {
        List<Figure> figures = new ArrayList<>();
        figures.add(throughput());
        latency().ifPresent(figures::add);
        memory().ifPresent(figures::add);
        return figures;
    }

    /** A curve of the latency chart; a tail that has too few requests has no point. */
    private record Latency(
            String name, String metric, String percentile, int colour, Line.Style style) {}

    private static final List<Latency> LATENCIES =
            List.of(
                    new Latency("TTFT p50", "ttft.intended", "p50", 0, Line.Style.SOLID),
                    new Latency("TTFT p90", "ttft.intended", "p90", 1, Line.Style.DASHED),
                    new Latency("TTFT p99", "ttft.intended", "p99", 3, Line.Style.DOTTED),
                    new Latency("TPOT p50", "tpot", "p50", 2, Line.Style.SOLID),
                    new Latency("TPOT p99", "tpot", "p99", 4, Line.Style.DASHED));

    /** A column of a figure's table: its header, and what a run has there. */
    private record Column(String header, Function<Sweep.Step, Optional<Double>> read) {}

    private Figure throughput() {
        Column done = new Column("completed/s", step -> rate(step.run(), "requests/s"));
        Column tokens = new Column("output tokens/s", step -> rate(step.run(), "outputTokens/s"));
        List<Line> lines = new ArrayList<>();
        if (rates) {
            lines.add(
                    Line.of(
                            "as many as offered",
                            line(step -> Optional.of(step.rate())),
                            6,
                            Line.Style.DASHED));
        }
        lines.add(Line.of("completed", line(done.read), 0, Line.Style.SOLID));
        lines.add(
                Line.of("output tokens/s (right)", line(tokens.read), 1, Line.Style.DOTTED)
                        .onTheRight());
        String title = "Throughput" + over();
        String caption =
                rates
                        ? "Where the completed requests leave the dashed line, the server no longer keeps up."
                        : "Where the curves are flat, more users only wait longer.";
        XyChart chart =
                new XyChart(
                        Frame.of("sweep-throughput", title, caption),
                        axis(),
                        new XyChart.Axis("requests/s", XyChart.Scale.LINEAR),
                        "output tokens/s",
                        List.of(),
                        lines);
        return new Figure(title, caption, chart.svg(), table(List.of(done, tokens)));
    }

    private Optional<Figure> latency() {
        List<Column> columns = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        for (Latency latency : LATENCIES) {
            Column column =
                    new Column(
                            latency.name + " (ms)",
                            step -> ms(step.run(), latency.metric, latency.percentile));
            columns.add(column);
            add(lines, Line.of(latency.name, line(column.read), latency.colour, latency.style));
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String title = "Latency" + over();
        String caption =
                rates
                        ? "On a logarithmic scale. Beyond the knee, TTFT grows with the length of the run:"
                                + " the queue never ends."
                        : "On a logarithmic scale.";
        XyChart chart =
                new XyChart(
                        Frame.of("sweep-latency", title, caption),
                        axis(),
                        new XyChart.Axis("ms", XyChart.Scale.LOG),
                        "",
                        List.of(),
                        lines);
        return Optional.of(new Figure(title, caption, chart.svg(), table(columns)));
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
        String title = "KV cache and preemptions" + over();
        String caption =
                "From vLLM's own metrics. A knee at a full cache, with preemptions, is a limit of"
                        + " memory; one below it, of compute.";
        XyChart chart =
                new XyChart(
                        Frame.of("sweep-memory", title, caption),
                        axis(),
                        new XyChart.Axis("KV cache in use, %", XyChart.Scale.LINEAR),
                        preemptions.isEmpty() ? "" : "preemptions",
                        List.of(),
                        lines);
        return Optional.of(
                new Figure(title, caption, chart.svg(), table(List.of(cache, preempted))));
    }

    private Table table(List<Column> columns) {
        List<String> header = new ArrayList<>(List.of("Load", load()));
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
