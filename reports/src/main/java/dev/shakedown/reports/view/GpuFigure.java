package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.GpuSummary;
import dev.shakedown.reports.run.GpuSummary.Gpu;
import dev.shakedown.reports.run.Points;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One value of every GPU over the load: a colour a node, and a colour of their own for a few GPUs
 * that are remarkable.
 *
 * @param metric in the time series
 * @param value what it is, for the title
 */
record GpuFigure(String id, String metric, String value, String unit) implements RunFigure {
    static final RunFigure POWER = new GpuFigure("gpu-power", "gpu_power_watts", "Power", "W");
    static final RunFigure CLOCK =
            new GpuFigure("gpu-clock", "gpu_sm_clock_mhz", "SM clock", "MHz");
    static final RunFigure ACTIVITY =
            new GpuFigure(
                    "gpu-activity", "gpu_sm_active_ratio", "SM activity", "share of the time");
    static final RunFigure TEMPERATURE =
            new GpuFigure("gpu-temperature", "gpu_temperature_celsius", "Temperature", "°C");

    private static final int MOST_LINES = 64;
    private static final int MOST_NAMED = 4;

    /** Far from those of the first nodes. */
    private static final int FIRST_NAMED_COLOUR = 3;

    private static final List<Line.Style> STYLES =
            List.of(Line.Style.SOLID, Line.Style.DASHED, Line.Style.DOTTED);

    private record Seen(Gpu gpu, Points points) {}

    @Override
    public Optional<Figure> draw(RunData data) {
        List<Seen> all = seen(data);
        if (all.isEmpty()) {
            return Optional.empty();
        }
        String title = value + " of every GPU, " + unit;
        String caption =
                "GPUs of one tensor-parallel group do the same work: a line that leaves the others"
                        + " is a GPU to look at."
                        + (all.size() > MOST_LINES
                                ? " %d of %d GPUs; the table has all."
                                        .formatted(MOST_LINES, all.size())
                                : "");
        XyChart chart =
                new XyChart(
                        Frame.of(id, title, caption),
                        new XyChart.Axis("seconds since the load began", XyChart.Scale.LINEAR),
                        new XyChart.Axis(value + ", " + unit, XyChart.Scale.LINEAR),
                        "",
                        data.bands(),
                        lines(all));
        return Optional.of(new Figure(title, caption, chart.svg(), table(all)));
    }

    private List<Seen> seen(RunData data) {
        Map<String, Points> series = new HashMap<>();
        data.series().of(metric).forEach((key, points) -> series.put(key.labels(), points));
        List<Seen> all = new ArrayList<>();
        for (Gpu gpu : data.run().gpus().map(GpuSummary::gpus).orElse(List.of())) {
            Points points = series.getOrDefault(gpu.labels(), Points.none());
            if (!points.isEmpty()) {
                all.add(new Seen(gpu, points.mapX(x -> x - data.loadStart())));
            }
        }
        return all;
    }

    /** The first is on top. */
    private static List<Line> lines(List<Seen> all) {
        List<Seen> remarkable = all.stream().filter(seen -> seen.gpu.remarkable()).toList();
        List<Seen> named = remarkable.size() > MOST_NAMED ? List.of() : remarkable;
        List<Line> lines = new ArrayList<>();
        for (Seen seen : named) {
            int colour = FIRST_NAMED_COLOUR + lines.size();
            lines.add(Line.of(seen.gpu.name(), seen.points, colour, Line.Style.SOLID));
        }
        List<String> nodes = all.stream().map(seen -> seen.gpu.node()).distinct().toList();
        List<String> inLegend = new ArrayList<>();
        for (Seen seen : all.subList(0, Math.min(all.size(), MOST_LINES))) {
            if (!named.contains(seen)) {
                String node = seen.gpu.node();
                int number = nodes.indexOf(node);
                boolean first = !inLegend.contains(node);
                inLegend.add(node);
                lines.add(
                        Line.of(
                                first ? node : Line.NOT_IN_LEGEND,
                                seen.points,
                                number,
                                STYLES.get(number % STYLES.size())));
            }
        }
        return lines;
    }

    private static Table table(List<Seen> all) {
        Table.Builder table = Table.of("Node", "GPU", "least", "mean", "most");
        for (Seen seen : all) {
            double sum = 0;
            double least = Double.MAX_VALUE;
            for (int i = 0; i < seen.points.size(); i++) {
                sum += seen.points.y(i);
                least = Math.min(least, seen.points.y(i));
            }
            table.row(
                    seen.gpu.node(),
                    String.valueOf(seen.gpu.gpu()),
                    Show.number(least),
                    Show.number(sum / seen.points.size()),
                    Show.number(seen.points.maxY()));
        }
        return table.build();
    }
}
