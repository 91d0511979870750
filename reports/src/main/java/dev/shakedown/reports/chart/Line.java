package dev.shakedown.reports.chart;

import dev.shakedown.reports.run.Points;

/**
 * One line of a chart, points in the order of x.
 *
 * @param colour index into the palette; the same thing has the same colour in every chart
 * @param style how it is told apart without colour
 * @param right drawn against the right axis
 */
public record Line(String name, Points points, int colour, Style style, boolean right) {

    /** The name of a line that is one of several alike. */
    public static final String NOT_IN_LEGEND = "";

    /** How a line is drawn. */
    public enum Style {
        SOLID,
        DASHED,
        DOTTED,
        /** Horizontal, then up: values that hold until the next. */
        STEPS
    }

    /** A line against the left axis. */
    public static Line of(String name, Points points, int colour, Style style) {
        return new Line(name, points, colour, style, false);
    }

    /** The same against the right axis. */
    public Line onTheRight() {
        return new Line(name, points, colour, style, true);
    }
}
