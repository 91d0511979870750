package dev.shakedown.reports.chart;

import dev.shakedown.reports.run.SafeText;
import java.awt.Color;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/** Turns a {@link SpanChart} into JFreeChart's objects: horizontal bars from start to end. */
final class SpanDrawing {
    private static final double HALF_BAR = 0.32;

    /** A step that took no time still leaves a mark this wide, as a share of the whole. */
    private static final double THINNEST = 0.003;

    /** Room on the right for the last label, as a share of the whole. */
    private static final double LABEL_ROOM = 0.16;

    /** In the order of the data's series. */
    private static final List<SpanChart.State> STATES = List.of(SpanChart.State.values());

    private SpanDrawing() {}

    static JFreeChart of(SpanChart chart) {
        List<SpanChart.Span> spans = chart.spans();
        double end = Math.max(1e-3, spans.stream().mapToDouble(SpanChart.Span::to).max().orElse(1));
        XYPlot plot =
                new XYPlot(data(spans, end), names(spans), time(chart.unit(), end), renderer());
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(Palette.GRID);
        plot.setRangeGridlineStroke(Look.HAIR);
        for (int i = 0; i < spans.size(); i++) {
            plot.addAnnotation(label(spans.get(i), i, end));
        }
        return Look.chart(plot, false);
    }

    private static XYIntervalSeriesCollection data(List<SpanChart.Span> spans, double end) {
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        for (SpanChart.State state : STATES) {
            XYIntervalSeries series = new XYIntervalSeries(state.name(), false, true);
            for (int i = 0; i < spans.size(); i++) {
                SpanChart.Span span = spans.get(i);
                if (span.state() == state) {
                    double to = Math.max(span.to(), span.from() + end * THINNEST);
                    series.add(i, i - HALF_BAR, i + HALF_BAR, to, span.from(), to);
                }
            }
            data.addSeries(series);
        }
        return data;
    }

    private static XYTextAnnotation label(SpanChart.Span span, int row, double end) {
        double at = Math.max(span.to(), span.from() + end * THINNEST) + end * 0.006;
        XYTextAnnotation text = new XYTextAnnotation(SafeText.label(span.label()), row, at);
        text.setTextAnchor(TextAnchor.CENTER_LEFT);
        text.setFont(Look.SMALL);
        text.setPaint(Palette.INK);
        return text;
    }

    private static SymbolAxis names(List<SpanChart.Span> spans) {
        SymbolAxis axis =
                new SymbolAxis(
                        null,
                        spans.stream()
                                .map(span -> SafeText.label(span.name()))
                                .toArray(String[]::new));
        axis.setGridBandsVisible(false);
        axis.setInverted(true);
        axis.setRange(-0.6, spans.size() - 0.4);
        axis.setTickMarksVisible(false);
        Look.axis(axis);
        axis.setTickLabelFont(Look.TEXT);
        axis.setTickLabelPaint(Palette.INK);
        return axis;
    }

    private static NumberAxis time(String unit, double end) {
        NumberAxis axis = new NumberAxis(unit);
        axis.setRange(0, end * (1 + LABEL_ROOM));
        Look.axis(axis);
        return axis;
    }

    private static XYBarRenderer renderer() {
        XYBarRenderer renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(false);
        renderer.setUseYInterval(true);
        for (int i = 0; i < STATES.size(); i++) {
            renderer.setSeriesPaint(i, paint(STATES.get(i)));
        }
        return renderer;
    }

    private static Color paint(SpanChart.State state) {
        return switch (state) {
            case DONE -> Palette.series(0);
            case FAILED -> Palette.series(1);
            case SKIPPED -> Palette.GRID;
        };
    }
}
