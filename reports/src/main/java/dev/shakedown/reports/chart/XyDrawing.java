package dev.shakedown.reports.chart;

import dev.shakedown.reports.run.Points;
import dev.shakedown.reports.run.SafeText;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Turns an {@link XyChart} into JFreeChart's objects. */
final class XyDrawing {
    private static final int MARKED_POINTS = 40;
    private static final int MARKED_LINES = 8;

    /** Room above the lines for the names of the bands, as a share of the axis. */
    private static final double NAME_ROOM = 0.14;

    /** A last band with less than this share of the axis has its name bound to the right edge. */
    private static final double NARROW = 0.08;

    private XyDrawing() {}

    static JFreeChart of(XyChart chart) {
        XYPlot plot = new XYPlot();
        plot.setDomainAxis(across(chart));
        plot.setRangeAxis(axis(chart.y()));
        if (!chart.right().isEmpty()) {
            plot.setRangeAxis(1, axis(new XyChart.Axis(chart.right(), XyChart.Scale.LINEAR)));
        }
        plot.setDomainGridlinePaint(Palette.GRID);
        plot.setRangeGridlinePaint(Palette.GRID);
        plot.setDomainGridlineStroke(Look.HAIR);
        plot.setRangeGridlineStroke(Look.HAIR);
        List<Line> lines = chart.lines();
        for (int i = 0; i < lines.size(); i++) {
            add(plot, i, lines.get(i), chart);
        }
        bands(plot, chart);
        return Look.chart(plot, true);
    }

    private static void add(XYPlot plot, int index, Line line, XyChart chart) {
        XYSeries series = new XYSeries(SafeText.label(line.name()), false, true);
        Points points = Downsample.to(line.points(), Downsample.MAX_POINTS);
        for (int i = 0; i < points.size(); i++) {
            double x = position(points.x(i), chart.x());
            if (shown(x, chart.x().scale()) && shown(points.y(i), chart.y().scale())) {
                if (line.style() == Line.Style.STEPS && series.getItemCount() > 0) {
                    series.add(x, series.getY(series.getItemCount() - 1), false);
                }
                series.add(x, points.y(i), false);
            }
        }
        plot.setDataset(index, new XYSeriesCollection(series));
        plot.setRenderer(index, renderer(line, chart.lines().size() <= MARKED_LINES));
        plot.mapDatasetToRangeAxis(index, line.right() ? 1 : 0);
    }

    private static boolean shown(double value, XyChart.Scale scale) {
        return Double.isFinite(value) && (scale != XyChart.Scale.LOG || value > 0);
    }

    private static XYLineAndShapeRenderer renderer(Line line, boolean few) {
        boolean marks =
                few && line.points().size() <= MARKED_POINTS && line.style() != Line.Style.STEPS;
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, marks);
        renderer.setSeriesPaint(0, Palette.series(line.colour()));
        renderer.setSeriesStroke(0, Look.stroke(line.style()));
        renderer.setSeriesShape(0, new Ellipse2D.Double(-2.5, -2.5, 5, 5));
        renderer.setSeriesVisibleInLegend(0, !line.name().equals(Line.NOT_IN_LEGEND));
        renderer.setLegendLine(new Line2D.Double(-14, 0, 14, 0));
        renderer.setDefaultLegendTextFont(Look.TEXT);
        renderer.setDefaultLegendTextPaint(Palette.INK);
        renderer.setDrawSeriesLineAsPath(true);
        return renderer;
    }

    private static double position(double x, XyChart.Axis axis) {
        return axis.scale() == XyChart.Scale.PERCENTILE ? PercentileAxis.position(x) : x;
    }

    private static void bands(XYPlot plot, XyChart chart) {
        List<XyChart.Band> bands = chart.bands();
        if (bands.isEmpty()) {
            return;
        }
        // Their names stand above the lines.
        plot.getRangeAxis().setUpperMargin(NAME_ROOM);
        double first = position(bands.getFirst().from(), chart.x());
        for (int i = 0; i < bands.size(); i++) {
            double from = position(bands.get(i).from(), chart.x());
            double to = position(bands.get(i).to(), chart.x());
            IntervalMarker marker = new IntervalMarker(from, to);
            band(plot, marker, bands.get(i).name(), i);
            if (i == bands.size() - 1 && to - from < NARROW * (to - first)) {
                marker.setLabelAnchor(RectangleAnchor.TOP_RIGHT);
                marker.setLabelTextAnchor(TextAnchor.TOP_RIGHT);
            }
        }
    }

    private static void band(XYPlot plot, IntervalMarker marker, String name, int index) {
        marker.setPaint(index % 2 == 0 ? Palette.BAND : Palette.CLEAR);
        marker.setOutlinePaint(null);
        marker.setAlpha(1f);
        marker.setLabel(SafeText.label(name));
        marker.setLabelBackgroundColor(Palette.CLEAR);
        marker.setLabelOffset(new RectangleInsets(4, 5, 4, 5));
        marker.setLabelFont(Look.SMALL);
        marker.setLabelPaint(Palette.MUTED);
        marker.setLabelAnchor(RectangleAnchor.TOP_LEFT);
        marker.setLabelTextAnchor(TextAnchor.TOP_LEFT);
        plot.addDomainMarker(marker, Layer.BACKGROUND);
    }

    /** From zero, unless the lines would then be squeezed into the right half. */
    private static ValueAxis across(XyChart chart) {
        ValueAxis axis = axis(chart.x());
        if (chart.x().scale() == XyChart.Scale.LINEAR && chart.bands().isEmpty() && isFar(chart)) {
            ((NumberAxis) axis).setAutoRangeIncludesZero(false);
            axis.setLowerMargin(axis.getUpperMargin());
        }
        return axis;
    }

    private static boolean isFar(XyChart chart) {
        DoubleSummaryStatistics x =
                chart.lines().stream()
                        .map(Line::points)
                        .flatMapToDouble(p -> IntStream.range(0, p.size()).mapToDouble(p::x))
                        .summaryStatistics();
        return x.getMin() > x.getMax() / 2.5;
    }

    private static ValueAxis axis(XyChart.Axis axis) {
        ValueAxis made =
                switch (axis.scale()) {
                    case LINEAR -> linear(axis.title());
                    case LOG -> new DecadeAxis(axis.title());
                    case PERCENTILE -> new PercentileAxis(axis.title());
                };
        Look.axis(made);
        return made;
    }

    private static NumberAxis linear(String title) {
        NumberAxis axis = new NumberAxis(title);
        axis.setAutoRangeIncludesZero(true);
        axis.setUpperMargin(0.04);
        axis.setLowerMargin(0);
        // Else the axis of a line that is zero goes to billionths.
        axis.setAutoRangeMinimumSize(0.01);
        return axis;
    }
}
