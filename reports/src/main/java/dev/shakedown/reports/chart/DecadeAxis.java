package dev.shakedown.reports.chart;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/**
 * A log axis with ticks at 1, 2 and 5 of each decade. JFreeChart's own chooses even powers, and
 * measures its labels by the machine's fonts.
 */
final class DecadeAxis extends LogAxis {
    private static final long serialVersionUID = 1L;

    private static final double[] STEPS = {1, 2, 5};

    DecadeAxis(String title) {
        super(title);
        setMinorTickMarksVisible(false);
    }

    @Override
    public List<NumberTick> refreshTicks(
            Graphics2D g2, AxisState state, Rectangle2D dataArea, RectangleEdge edge) {
        List<NumberTick> ticks = new ArrayList<>();
        int first = (int) Math.floor(Math.log10(getRange().getLowerBound()));
        int last = (int) Math.ceil(Math.log10(getRange().getUpperBound()));
        boolean crowded = last - first > 6;
        for (int decade = first; decade <= last; decade++) {
            for (double step : STEPS) {
                double at = step * Math.pow(10, decade);
                if (getRange().contains(at) && (step == 1 || !crowded)) {
                    ticks.add(new NumberTick(at, label(at), anchor(edge), TextAnchor.CENTER, 0));
                }
            }
        }
        return ticks;
    }

    private static TextAnchor anchor(RectangleEdge edge) {
        return RectangleEdge.isTopOrBottom(edge) ? TextAnchor.TOP_CENTER : TextAnchor.CENTER_RIGHT;
    }

    private static String label(double value) {
        return value >= 1
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1g", value);
    }
}
