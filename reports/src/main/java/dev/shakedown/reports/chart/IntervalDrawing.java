package dev.shakedown.reports.chart;

import dev.shakedown.reports.run.SafeText;
import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Turns an {@link IntervalChart} into JFreeChart's objects. */
final class IntervalDrawing {
    private static final double HALF_BAND = 0.38;
    private static final double HALF_BAR = 0.09;

    /** A wider interval is cut at the edge: it would leave no room to see the others. */
    private static final double WIDEST = 100;

    private static final double LABEL_ROOM = 0.5;
    private static final List<IntervalChart.State> STATES = List.of(IntervalChart.State.values());

    private IntervalDrawing() {}

    static JFreeChart of(IntervalChart chart) {
        List<IntervalChart.Row> rows = chart.rows();
        double edge = rows.stream().mapToDouble(IntervalDrawing::reach).max().orElse(1) * 1.05;
        XYPlot plot = new XYPlot();
        plot.setDomainAxis(names(rows));
        plot.setRangeAxis(changes(chart.unit(), edge));
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(Palette.GRID);
        plot.setRangeGridlineStroke(Look.HAIR);
        // The later ones are drawn below.
        plot.setDataset(0, points(rows, edge));
        plot.setRenderer(0, dots());
        plot.setDataset(1, bars(rows, edge));
        plot.setRenderer(1, bars());
        plot.setDataset(2, bands(rows, edge));
        plot.setRenderer(2, band());
        ValueMarker zero = new ValueMarker(0, Palette.MUTED, Look.HAIR);
        plot.addRangeMarker(zero);
        for (int i = 0; i < rows.size(); i++) {
            plot.addAnnotation(label(rows.get(i), i, edge));
        }
        return Look.chart(plot, false);
    }

    private static double reach(IntervalChart.Row row) {
        double far = Math.max(row.delta(), Math.max(Math.abs(row.low()), Math.abs(row.high())));
        return Math.min(WIDEST, Double.isFinite(far) ? far : row.delta());
    }

    private static double cut(double value, double edge) {
        return Math.clamp(value, -edge, edge);
    }

    private static XYIntervalSeriesCollection bars(List<IntervalChart.Row> rows, double edge) {
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        for (IntervalChart.State state : STATES) {
            XYIntervalSeries series = new XYIntervalSeries(state.name(), false, true);
            for (int i = 0; i < rows.size(); i++) {
                IntervalChart.Row row = rows.get(i);
                if (row.state() == state) {
                    series.add(
                            i,
                            i - HALF_BAR,
                            i + HALF_BAR,
                            cut(row.high(), edge),
                            cut(row.low(), edge),
                            cut(row.high(), edge));
                }
            }
            data.addSeries(series);
        }
        return data;
    }

    private static XYIntervalSeriesCollection bands(List<IntervalChart.Row> rows, double edge) {
        XYIntervalSeries series = new XYIntervalSeries("delta", false, true);
        for (int i = 0; i < rows.size(); i++) {
            double delta = cut(rows.get(i).delta(), edge);
            series.add(i, i - HALF_BAND, i + HALF_BAND, delta, -delta, delta);
        }
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        data.addSeries(series);
        return data;
    }

    private static XYSeriesCollection points(List<IntervalChart.Row> rows, double edge) {
        XYSeries series = new XYSeries("change", false, true);
        for (int i = 0; i < rows.size(); i++) {
            series.add(i, cut(rows.get(i).change(), edge), false);
        }
        return new XYSeriesCollection(series);
    }

    private static XYLineAndShapeRenderer dots() {
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(false, true);
        renderer.setSeriesPaint(0, Palette.INK);
        renderer.setSeriesShape(0, new Ellipse2D.Double(-4, -4, 8, 8));
        return renderer;
    }

    private static XYBarRenderer bars() {
        XYBarRenderer renderer = band();
        for (int i = 0; i < STATES.size(); i++) {
            renderer.setSeriesPaint(i, paint(STATES.get(i)));
        }
        return renderer;
    }

    private static XYBarRenderer band() {
        XYBarRenderer renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(false);
        renderer.setUseYInterval(true);
        renderer.setSeriesPaint(0, Palette.BAND);
        return renderer;
    }

    private static Color paint(IntervalChart.State state) {
        return switch (state) {
            case WORSE -> Palette.series(1);
            case BETTER -> Palette.series(2);
            case SAME -> Palette.series(0);
            case OPEN -> Palette.MUTED;
        };
    }

    private static XYTextAnnotation label(IntervalChart.Row row, int at, double edge) {
        XYTextAnnotation text = new XYTextAnnotation(SafeText.label(row.label()), at, edge * 1.03);
        text.setTextAnchor(TextAnchor.CENTER_LEFT);
        text.setFont(Look.SMALL);
        text.setPaint(Palette.INK);
        return text;
    }

    private static SymbolAxis names(List<IntervalChart.Row> rows) {
        SymbolAxis axis =
                new SymbolAxis(
                        null,
                        rows.stream()
                                .map(row -> SafeText.label(row.name()))
                                .toArray(String[]::new));
        axis.setGridBandsVisible(false);
        axis.setInverted(true);
        axis.setRange(-0.6, rows.size() - 0.4);
        axis.setTickMarksVisible(false);
        Look.axis(axis);
        axis.setTickLabelFont(Look.TEXT);
        axis.setTickLabelPaint(Palette.INK);
        return axis;
    }

    private static NumberAxis changes(String unit, double edge) {
        NumberAxis axis = new NumberAxis(unit);
        axis.setRange(-edge, edge * (1 + LABEL_ROOM));
        Look.axis(axis);
        return axis;
    }
}
