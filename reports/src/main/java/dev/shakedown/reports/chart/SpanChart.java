package dev.shakedown.reports.chart;

import java.util.List;

/**
 * Stretches of time, one row each, first on top.
 *
 * @param unit title of the time axis
 */
public record SpanChart(Frame frame, String unit, List<Span> spans) {
    private static final int ROW = 28;
    private static final int AXIS = 64;

    public SpanChart {
        spans = List.copyOf(spans);
    }

    /** How a stretch ended. */
    public enum State {
        DONE,
        FAILED,
        SKIPPED
    }

    /** A stretch with its label beside the bar. */
    public record Span(String name, double from, double to, State state, String label) {}

    /** The chart as an SVG element, as high as its rows need. */
    public String svg() {
        return SvgCanvas.draw(SpanDrawing.of(this), frame.high(AXIS + ROW * spans.size()));
    }
}
