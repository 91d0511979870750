package dev.shakedown.reports.chart;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Stroke;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.Axis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/** What all charts have in common: fonts, strokes, a clear ground. */
final class Look {
    static final Font TEXT = new PlainFont(Font.PLAIN, 13);
    static final Font SMALL = new PlainFont(Font.PLAIN, 12);
    static final Stroke HAIR = new BasicStroke(1f);
    private static final float WIDTH = 2f;

    private Look() {}

    static JFreeChart chart(Plot plot, boolean legend) {
        plot.setOutlineVisible(false);
        plot.setBackgroundPaint(null);
        plot.setNoDataMessageFont(TEXT);
        plot.setNoDataMessagePaint(Palette.MUTED);
        // On the right, half of the last tick label.
        plot.setInsets(new RectangleInsets(6, 4, 4, 22));
        JFreeChart chart = new JFreeChart(null, TEXT, plot, false);
        chart.setBackgroundPaint(null);
        chart.setBorderVisible(false);
        if (legend) {
            chart.addLegend(legend(plot));
        }
        return chart;
    }

    static void axis(Axis axis) {
        axis.setLabelFont(TEXT);
        axis.setLabelPaint(Palette.INK);
        axis.setTickLabelFont(SMALL);
        axis.setTickLabelPaint(Palette.MUTED);
        axis.setAxisLinePaint(Palette.GRID);
        axis.setTickMarkPaint(Palette.GRID);
    }

    static Stroke stroke(Line.Style style) {
        return switch (style) {
            case SOLID, STEPS ->
                    new BasicStroke(WIDTH, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
            case DASHED -> dashed(8f, 5f);
            case DOTTED -> dashed(2f, 4f);
        };
    }

    private static Stroke dashed(float on, float off) {
        return new BasicStroke(
                WIDTH, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {on, off}, 0f);
    }

    private static LegendTitle legend(Plot plot) {
        LegendTitle legend = new LegendTitle(plot);
        legend.setPosition(RectangleEdge.TOP);
        legend.setItemFont(TEXT);
        legend.setItemPaint(Palette.INK);
        legend.setBackgroundPaint(null);
        legend.setFrame(BlockBorder.NONE);
        legend.setItemLabelPadding(new RectangleInsets(2, 2, 2, 12));
        return legend;
    }
}
