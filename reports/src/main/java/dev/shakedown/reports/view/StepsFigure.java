package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.SpanChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import java.util.List;
import java.util.Optional;

/** The steps of the run on a time line. */
record StepsFigure() implements RunFigure {
    private static final double NANOS = 1e9;

    @Override
    public Optional<Figure> draw(RunData data) {
        List<StepSpan> steps = data.run().steps();
        if (steps.isEmpty()) {
            return Optional.empty();
        }
        String title = "The steps of the run";
        String caption = "Where the time went, from the first check to the last process ended.";
        Table.Builder table = Table.of("Step", "result", "took", "detail");
        steps.forEach(
                step ->
                        table.row(
                                step.step(),
                                sign(step) + " " + step.event(),
                                Show.duration(step.endNs() - step.startNs()),
                                step.detail()));
        List<SpanChart.Span> spans =
                steps.stream()
                        .map(
                                step ->
                                        new SpanChart.Span(
                                                step.step(),
                                                step.startNs() / NANOS,
                                                step.endNs() / NANOS,
                                                state(step),
                                                sign(step)
                                                        + " "
                                                        + Show.duration(
                                                                step.endNs() - step.startNs())))
                        .toList();
        String svg = new SpanChart(Frame.of("steps", title, caption), "seconds", spans).svg();
        return Optional.of(new Figure(title, caption, svg, table.build()));
    }

    private static SpanChart.State state(StepSpan step) {
        return switch (step.event()) {
            case "failed" -> SpanChart.State.FAILED;
            case "skipped" -> SpanChart.State.SKIPPED;
            default -> SpanChart.State.DONE;
        };
    }

    private static String sign(StepSpan step) {
        return switch (step.event()) {
            case "failed" -> "✗";
            case "skipped" -> "–";
            default -> "✓";
        };
    }
}
