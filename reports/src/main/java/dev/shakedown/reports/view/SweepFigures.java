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

    private Figure throughput() {
        Points ideal = line(step -> Optional.of(step.rate()));
        Points done = line(step -> rate(step.run(), "requests/s"));
        Points tokens = line(step -> rate(step.run(), "outputTokens/s"));
        String caption =
                "Where the completed requests leave the dashed line, the server no longer keeps up.";
        XyChart chart =
                new XyChart(
                        Frame.of("sweep-throughput", "Throughput over the offered rate", caption),
                        RATE,
                        new XyChart.Axis("requests/s", XyChart.Scale.LINEAR),
                        "output tokens/s",
                        List.of(),
                        List.of(
                                Line.of("as many as offered", ideal, 6, Line.Style.DASHED),
                                Line.of("completed", done, 0, Line.Style.SOLID),
                                Line.of("output tokens/s (right)", tokens, 1, Line.Style.DOTTED)
                                        .onTheRight()));
        Table.Builder table =
                Table.of("Scenario", "offered requests/s", "completed/s", "output tokens/s");
        for (Sweep.Step step : sweep.steps()) {
            table.row(
                    step.entry().label(),
                    Show.number(step.rate()),
                    number(rate(step.run(), "requests/s")),
                    number(rate(step.run(), "outputTokens/s")));
        }
        return new Figure("Throughput over the offered rate", caption, chart.svg(), table.build());
    }

    private Optional<Figure> latency() {
        List<Line> lines = new ArrayList<>();
        add(lines, Line.of("TTFT p50", ms("ttft.intended", "p50"), 0, Line.Style.SOLID));
        add(lines, Line.of("TTFT p90", ms("ttft.intended", "p90"), 1, Line.Style.DASHED));
        add(lines, Line.of("TPOT p50", ms("tpot", "p50"), 2, Line.Style.DOTTED));
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
        Table.Builder table =
                Table.of(
                        "Scenario",
                        "offered requests/s",
                        "TTFT p50 (ms)",
                        "TTFT p90 (ms)",
                        "TPOT p50 (ms)");
        for (Sweep.Step step : sweep.steps()) {
            table.row(
                    step.entry().label(),
                    Show.number(step.rate()),
                    number(ms(step.run(), "ttft.intended", "p50")),
                    number(ms(step.run(), "ttft.intended", "p90")),
                    number(ms(step.run(), "tpot", "p50")));
        }
        return Optional.of(new Figure(title, caption, chart.svg(), table.build()));
    }

    private Optional<Figure> memory() {
        Points cache = line(step -> boxed(step.engine().kvPercent()));
        Points preempted = line(step -> boxed(step.engine().preemptions()));
        if (cache.isEmpty()) {
            return Optional.empty();
        }
        String title = "KV cache and preemptions over the offered rate";
        String caption =
                "From vLLM's own metrics. A knee at a full cache, with preemptions, is a limit of"
                        + " memory; one below it, of compute.";
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("KV cache in use, at most", cache, 3, Line.Style.SOLID));
        add(lines, Line.of("preemptions (right)", preempted, 1, Line.Style.DASHED).onTheRight());
        XyChart chart =
                new XyChart(
                        Frame.of("sweep-memory", title, caption),
                        RATE,
                        new XyChart.Axis("KV cache in use, %", XyChart.Scale.LINEAR),
                        preempted.isEmpty() ? "" : "preemptions",
                        List.of(),
                        lines);
        Table.Builder table =
                Table.of(
                        "Scenario",
                        "offered requests/s",
                        "KV cache in use, at most (%)",
                        "preemptions");
        for (Sweep.Step step : sweep.steps()) {
            table.row(
                    step.entry().label(),
                    Show.number(step.rate()),
                    number(boxed(step.engine().kvPercent())),
                    number(boxed(step.engine().preemptions())));
        }
        return Optional.of(new Figure(title, caption, chart.svg(), table.build()));
    }

    private static void add(List<Line> lines, Line line) {
        if (!line.points().isEmpty()) {
            lines.add(line);
        }
    }

    private Points ms(String metric, String percentile) {
        return line(step -> ms(step.run(), metric, percentile));
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

    private static String number(Optional<Double> value) {
        return value.map(Show::number).orElse("–");
    }
}
