package dev.shakedown.reports.chart;

import java.util.List;

/**
 * Lines over x.
 *
 * @param x the axis below
 * @param y the axis on the left
 * @param right title of the axis on the right; empty where no line uses it
 * @param bands stretches of x with a name, such as the phases of the load
 */
public record XyChart(
        Frame frame, Axis x, Axis y, String right, List<Band> bands, List<Line> lines) {

    public XyChart {
        bands = List.copyOf(bands);
        lines = List.copyOf(lines);
    }

    /** How an axis is scaled. */
    public enum Scale {
        LINEAR,
        /** Base 10; only positive values can be shown. */
        LOG,
        /** Percentiles 0 to 100 on log 1/(1 − p): every nine gets the same room. */
        PERCENTILE
    }

    /** An axis; the title names the unit. */
    public record Axis(String title, Scale scale) {}

    /** From and to in units of x. */
    public record Band(String name, double from, double to) {}

    /** The chart as an SVG element. */
    public String svg() {
        return SvgCanvas.draw(XyDrawing.of(this), frame);
    }
}
