package dev.shakedown.reports.chart;

import java.awt.Color;
import java.util.List;

/**
 * Colours by role. JFreeChart draws with stand-ins that occur nowhere else; {@link SvgCanvas} turns
 * each into the CSS variable of its role, so that the page decides on light or dark. The series
 * colours are the page's Okabe-Ito set.
 */
final class Palette {
    static final Color INK = new Color(1, 1, 1);
    static final Color MUTED = new Color(2, 2, 2);
    static final Color GRID = new Color(3, 3, 3);
    static final Color BAND = new Color(4, 4, 4);
    static final Color CLEAR = new Color(0, 0, 0, 0);

    private static final List<String> ROLES = List.of("ink", "muted", "grid", "band");

    /** What JFreeSVG says although it is the default; a third of the text. */
    private static final List<String> NOISE =
            List.of(
                    ";stroke-opacity:1.0",
                    ";fill-opacity:1.0",
                    " fill-opacity: 1.0;",
                    ";shape-rendering:geometricPrecision",
                    " font-family: sans-serif;",
                    ";stroke-miterlimit:10");

    private static final int FIRST_SERIES = 11;

    /** As many as the page's style sheet defines. */
    static final int SERIES = 7;

    private Palette() {}

    /** The colour of a series; after {@link #SERIES} they repeat, with another dash. */
    static Color series(int index) {
        int value = FIRST_SERIES + index % SERIES;
        return new Color(value, value, value);
    }

    /** Replaces stand-ins in SVG text by CSS variables. */
    static String toCss(String svg) {
        String css = svg;
        for (String noise : NOISE) {
            css = css.replace(noise, "");
        }
        css = css.replace("fill:rgb(0,0,0);fill-opacity:0.0", "fill:none");
        for (int i = 0; i < ROLES.size(); i++) {
            css = css.replace(rgb(i + 1), "var(--" + ROLES.get(i) + ")");
        }
        for (int i = 0; i < SERIES; i++) {
            css = css.replace(rgb(FIRST_SERIES + i), "var(--c" + (i + 1) + ")");
        }
        return css;
    }

    private static String rgb(int value) {
        return "rgb(" + value + "," + value + "," + value + ")";
    }
}
