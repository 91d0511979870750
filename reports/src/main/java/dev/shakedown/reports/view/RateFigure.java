package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.Points;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was offered, what came back, and how much was under way. */
record RateFigure() implements RunFigure {
    private static final int TABLE_ROWS = 300;

    @Override
    public Optional<Figure> draw(RunData data) {
        if (data.requests().isEmpty()) {
            return Optional.empty();
        }
        LoadCurves load = new LoadCurves(data.requests(), data.loadStart());
        List<Line> lines = new ArrayList<>();
        lines.add(Line.of("offered", load.offered(), 0, Line.Style.STEPS));
        lines.add(Line.of("completed", load.completed(), 2, Line.Style.DASHED));
        if (load.failed().maxY() > 0) {
            lines.add(Line.of("failed", load.failed(), 1, Line.Style.DOTTED));
        }
        lines.add(Line.of("in flight (right)", load.inFlight(), 6, Line.Style.SOLID).onTheRight());
        String title = "Offered and achieved rate, requests in flight";
        String caption =
                "Completed should follow offered, a request's duration later."
                        + " In flight that grows without end means that the server is saturated.";
        XyChart chart =
                new XyChart(
                        Frame.of("rate", title, caption),
                        new XyChart.Axis("seconds since the load began", XyChart.Scale.LINEAR),
                        new XyChart.Axis("requests/s", XyChart.Scale.LINEAR),
                        "requests in flight",
                        data.bands(),
                        lines);
        return Optional.of(new Figure(title, caption, chart.svg(), table(load)));
    }

    private static Table table(LoadCurves load) {
        Points offered = load.offered();
        Points completed = load.completed();
        Points failed = load.failed();
        Points inFlight = load.inFlight();
        int step = Math.ceilDiv(load.bins(), TABLE_ROWS);
        Table.Builder table =
                Table.of("Second", "offered/s", "completed/s", "failed/s", "in flight at its end");
        for (int i = 0; i < load.bins(); i += step) {
            table.row(
                    Show.number(offered.x(i)),
                    Show.number(offered.y(i)),
                    Show.number(completed.y(i)),
                    Show.number(failed.y(i)),
                    Show.number(inFlight.y(i)));
        }
        return table.build();
    }
}
