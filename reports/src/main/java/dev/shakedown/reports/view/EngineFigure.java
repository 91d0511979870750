package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.Points;
import dev.shakedown.reports.run.TimeSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What vLLM says of itself: requests running and waiting, KV cache in use. */
record EngineFigure() implements RunFigure {
    private static final int TABLE_ROWS = 300;

    @Override
    public Optional<Figure> draw(RunData data) {
        List<Line> lines = new ArrayList<>();
        TimeSeries series = data.series();
        Points running = inLoad(data, series.total("vllm:num_requests_running"));
        Points waiting = inLoad(data, series.total("vllm:num_requests_waiting"));
        Points cache =
                inLoad(data, series.largest("vllm:kv_cache_usage_perc")).mapY(share -> share * 100);
        add(lines, Line.of("running", running, 2, Line.Style.SOLID));
        add(lines, Line.of("waiting", waiting, 1, Line.Style.DASHED));
        add(lines, Line.of("KV cache in use (right)", cache, 3, Line.Style.DOTTED).onTheRight());
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String title = "Inside the engine: queue and KV cache";
        String caption =
                "From vLLM's own metrics, once a second. Waiting requests with a full KV cache:"
                        + " memory is the limit. Waiting with a cache to spare: compute is.";
        XyChart chart =
                new XyChart(
                        Frame.of("engine", title, caption),
                        new XyChart.Axis("seconds since the load began", XyChart.Scale.LINEAR),
                        new XyChart.Axis("requests", XyChart.Scale.LINEAR),
                        cache.isEmpty() ? "" : "KV cache in use, %",
                        data.bands(),
                        lines);
        return Optional.of(
                new Figure(title, caption, chart.svg(), table(List.of(running, waiting, cache))));
    }

    private static void add(List<Line> lines, Line line) {
        if (!line.points().isEmpty()) {
            lines.add(line);
        }
    }

    private static Points inLoad(RunData data, Points all) {
        return all.mapX(x -> x - data.loadStart());
    }

    private static Table table(List<Points> series) {
        Points longest = series.getFirst();
        for (Points points : series) {
            longest = points.size() > longest.size() ? points : longest;
        }
        int step = Math.max(1, Math.ceilDiv(longest.size(), TABLE_ROWS));
        Table.Builder table = Table.of("Second", "running", "waiting", "KV cache in use (%)");
        for (int i = 0; i < longest.size(); i += step) {
            List<String> row = new ArrayList<>(List.of(Show.number(longest.x(i))));
            for (Points points : series) {
                row.add(i < points.size() ? Show.number(points.y(i)) : "–");
            }
            table.row(row);
        }
        return table.build();
    }
}
