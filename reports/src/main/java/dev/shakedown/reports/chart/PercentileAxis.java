package dev.shakedown.reports.chart;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/**
 * Ticks for x = log10(1 / (1 − p/100)), the axis of HdrHistogram's percentile plots: 0 is p0, 1 is
 * p90, 2 is p99.
 */
final class PercentileAxis extends NumberAxis {
    private static final long serialVersionUID = 1L;

    private static final double[] TICKS = {0, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99, 99.999};

    PercentileAxis(String title) {
        super(title);
        setUpperMargin(0.02);
        setLowerMargin(0);
    }

    /** Where a percentile lies on the axis. */
    static double position(double percentile) {
        return -Math.log10(1 - Math.min(percentile, 99.9999) / 100);
    }

    @Override
    public List<NumberTick> refreshTicks(
            Graphics2D g2, AxisState state, Rectangle2D dataArea, RectangleEdge edge) {
        List<NumberTick> ticks = new ArrayList<>();
        for (double p : TICKS) {
            double at = position(p);
            if (getRange().contains(at)) {
                ticks.add(
                        new NumberTick(at, label(p), TextAnchor.TOP_CENTER, TextAnchor.CENTER, 0));
            }
        }
        return ticks;
    }

    private static String label(double p) {
        return p == Math.rint(p) ? "p" + (int) p : "p" + p;
    }
}
