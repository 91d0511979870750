package dev.shakedown.reports.chart;

import dev.shakedown.reports.run.SafeText;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/** Turns a {@link BarChart} into JFreeChart's objects. */
final class BarDrawing {
    private static final double HALF_BAR = 0.36;

    private BarDrawing() {}

    static JFreeChart of(BarChart chart) {
        List<String> groups = chart.bars().stream().map(BarChart.Bar::group).distinct().toList();
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        for (String group : groups) {
            XYIntervalSeries series = new XYIntervalSeries(SafeText.label(group), false, true);
            for (int i = 0; i < chart.bars().size(); i++) {
                BarChart.Bar bar = chart.bars().get(i);
                if (bar.group().equals(group)) {
                    series.add(i, i - HALF_BAR, i + HALF_BAR, bar.value(), 0, bar.value());
                }
            }
            data.addSeries(series);
        }
        XYPlot plot = new XYPlot(data, names(chart), values(chart), renderer(groups.size()));
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(Palette.GRID);
        plot.setRangeGridlineStroke(Look.HAIR);
        return Look.chart(plot, groups.size() > 1 && groups.size() < chart.bars().size());
    }

    private static SymbolAxis names(BarChart chart) {
        List<String> labels = new ArrayList<>();
        chart.bars().forEach(bar -> labels.add(SafeText.label(bar.name())));
        SymbolAxis axis = new SymbolAxis(null, labels.toArray(String[]::new));
        axis.setGridBandsVisible(false);
        axis.setRange(-0.6, chart.bars().size() - 0.4);
        axis.setTickMarksVisible(false);
        Look.axis(axis);
        return axis;
    }

    private static NumberAxis values(BarChart chart) {
        NumberAxis axis = new NumberAxis(chart.unit());
        axis.setUpperMargin(0.05);
        Look.axis(axis);
        return axis;
    }

    private static XYBarRenderer renderer(int groups) {
        XYBarRenderer renderer = new XYBarRenderer();
        renderer.setBarPainter(new StandardXYBarPainter());
        renderer.setShadowVisible(false);
        renderer.setDrawBarOutline(false);
        renderer.setDefaultLegendTextFont(Look.TEXT);
        renderer.setDefaultLegendTextPaint(Palette.INK);
        for (int i = 0; i < groups; i++) {
            renderer.setSeriesPaint(i, Palette.series(i));
        }
        return renderer;
    }
}
