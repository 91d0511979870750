package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.TrendRenderer;
import dev.shakedown.reports.trend.Trend;
import dev.shakedown.reports.trend.TrendLine;
import java.util.ArrayList;
import java.util.List;

/** Makes a page of trends. */
public final class TrendPages {
    private TrendPages() {}

    /** The whole page. */
    public static String html(List<Trend> trends) {
        List<TrendRenderer.Section> sections = new ArrayList<>();
        int number = 0;
        for (Trend trend : trends) {
            List<Figure> figures = new ArrayList<>();
            for (TrendLine line : trend.lines()) {
                if (line.varies()) {
                    figures.add(TrendFigure.of(trend, line, number++));
                }
            }
            sections.add(new TrendRenderer.Section(trend, figures));
        }
        return TrendRenderer.html(sections);
    }
}
