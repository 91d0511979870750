package dev.shakedown.reports.chart;

import java.util.List;

/**
 * Bars side by side.
 *
 * @param unit title of the value axis
 */
public record BarChart(Frame frame, String unit, List<Bar> bars) {

    public BarChart {
        bars = List.copyOf(bars);
    }

    /** A bar; bars of one group share a colour and stand together. */
    public record Bar(String name, String group, double value) {}

    /** The chart as an SVG element. */
    public String svg() {
        return SvgCanvas.draw(BarDrawing.of(this), frame);
    }
}
