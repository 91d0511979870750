package dev.shakedown.reports.chart;

import java.util.List;

/**
 * Changes with their intervals, one row each, first on top; 0 is a line, the changes that do not
 * matter are a band around it.
 *
 * @param unit title of the axis of changes
 */
public record IntervalChart(Frame frame, String unit, List<Row> rows) {
    private static final int ROW = 34;
    private static final int AXIS = 64;

    public IntervalChart {
        rows = List.copyOf(rows);
    }

    /** How a change should be taken. */
    public enum State {
        WORSE,
        BETTER,
        SAME,
        OPEN
    }

    /**
     * A change; low and high are equal to it where there is no interval.
     *
     * @param delta half the width of the band
     * @param label beside the bar: says in words what the colour says
     */
    public record Row(
            String name,
            double change,
            double low,
            double high,
            double delta,
            State state,
            String label) {}

    /** The chart as an SVG element, as high as its rows need. */
    public String svg() {
        return SvgCanvas.draw(IntervalDrawing.of(this), frame.high(AXIS + ROW * rows.size()));
    }
}
