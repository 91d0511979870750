package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.BarChart;
import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.RunRecord.SmokeGpu;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What each GPU did in the smoke job. */
record SmokeFigure() implements RunFigure {
    /** Past this many bars the labels are unreadable; the table holds all. */
    private static final int MAX_BARS = 64;

    @Override
    public Optional<Figure> draw(RunData data) {
        List<SmokeGpu> gpus = data.run().smoke().map(smoke -> smoke.gpus()).orElse(List.of());
        if (gpus.isEmpty()) {
            return Optional.empty();
        }
        boolean bandwidth = gpus.stream().anyMatch(gpu -> gpu.gbPerSecond().isPresent());
        String what = bandwidth ? "memory bandwidth in GB/s" : "samples per second, in millions";
        String title = "Every GPU at work: " + what;
        String caption =
                gpus.size() > MAX_BARS
                        ? "The first "
                                + MAX_BARS
                                + " of "
                                + gpus.size()
                                + " GPUs; the table has all."
                        : "A bar that is shorter than its peers is a GPU to look at.";
        List<BarChart.Bar> bars = new ArrayList<>();
        for (SmokeGpu gpu : gpus.subList(0, Math.min(gpus.size(), MAX_BARS))) {
            double value = bandwidth ? gpu.gbPerSecond().orElse(0.0) : millionsPerSecond(gpu);
            bars.add(new BarChart.Bar(gpu.gpu(), gpu.node(), value));
        }
        String svg = new BarChart(Frame.of("smoke", title, caption), what, bars).svg();
        return Optional.of(new Figure(title, caption, svg, table(gpus)));
    }

    private static double millionsPerSecond(SmokeGpu gpu) {
        return gpu.seconds() > 0 ? gpu.samples() / gpu.seconds() / 1e6 : 0;
    }

    private static Table table(List<SmokeGpu> gpus) {
        Table.Builder table = Table.of("Node", "GPU", "UUID", "samples", "seconds", "GB/s");
        gpus.forEach(
                gpu ->
                        table.row(
                                gpu.node(),
                                gpu.gpu(),
                                gpu.uuid().isEmpty() ? "–" : gpu.uuid(),
                                Show.count(gpu.samples()),
                                Show.number(gpu.seconds()),
                                gpu.gbPerSecond().map(Show::number).orElse("–")));
        return table.build();
    }
}
