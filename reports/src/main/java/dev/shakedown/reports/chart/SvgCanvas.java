package dev.shakedown.reports.chart;

import java.awt.geom.Rectangle2D;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.text.TextUtils;
import org.jfree.svg.SVGGraphics2D;

/** Where JFreeChart draws: needs no fonts, and leaves colours and typeface to the page. */
final class SvgCanvas {

    static {
        // The workaround draws rotated text as outlines of a font of this machine.
        TextUtils.setUseDrawRotatedStringWorkaround(false);
    }

    private SvgCanvas() {}

    /** Draws a chart; the frame's id is the prefix of every id inside. */
    static String draw(JFreeChart chart, Frame frame) {
        SVGGraphics2D svg = new SVGGraphics2D(frame.width(), frame.height());
        svg.setDefsKeyPrefix(frame.id() + "-");
        svg.setFontFunction(_ -> "sans-serif");
        svg.setGeomDoubleConverter(SvgCanvas::shortNumber);
        svg.setTransformDoubleConverter(SvgCanvas::shortNumber);
        chart.draw(
                new MeasuredGraphics(svg),
                new Rectangle2D.Double(0, 0, frame.width(), frame.height()));
        return frame.wrap(Palette.toCss(svg.getSVGElement()));
    }

    /** A tenth of a pixel is finer than anyone sees. */
    static String shortNumber(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
