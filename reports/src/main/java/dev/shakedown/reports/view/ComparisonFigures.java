package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.BarChart;
import dev.shakedown.reports.chart.Frame;
import dev.shakedown.reports.chart.Line;
import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.render.Comparison;
import dev.shakedown.reports.render.Comparison.Entry;
import dev.shakedown.reports.render.Comparison.Row;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.render.Table;
import dev.shakedown.reports.run.HistogramLog;
import dev.shakedown.reports.run.Points;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The charts of a comparison: bars for throughput and latency, spectra laid over one another. */
final class ComparisonFigures {
    private static final List<String> BARS =
            List.of(
                    ComparisonRows.TOKENS,
                    ComparisonRows.TOKENS_PER_GPU,
                    "TTFT p50",
                    "TTFT p99",
                    "TPOT p99");
    private static final List<Line.Style> STYLES =
            List.of(Line.Style.SOLID, Line.Style.DASHED, Line.Style.DOTTED);

    private ComparisonFigures() {}

    /** A run's curves; without the histograms, which are large. */
    record Spectra(String label, Points ttft, Points tpot) {
        static Spectra of(String label, HistogramLog log) {
            Points ttft = curve(log, "ttft.intended");
            return new Spectra(
                    label, ttft.isEmpty() ? curve(log, "ttft") : ttft, curve(log, "tpot"));
        }

        private static Points curve(HistogramLog log, String tag) {
            return log.merged(tag).map(Distribution::spectrum).orElseGet(Points::none);
        }
    }

    static List<Figure> bars(List<Entry> entries, List<Row> rows) {
        List<Figure> figures = new ArrayList<>();
        for (String name : BARS) {
            rows.stream()
                    .filter(row -> row.name().equals(name))
                    .findFirst()
                    .flatMap(row -> bars(row, entries))
                    .ifPresent(figures::add);
        }
        return figures;
    }

    static List<Figure> overlays(List<Spectra> spectra, List<Entry> entries, List<Row> rows) {
        List<Figure> figures = new ArrayList<>();
        Table ttft = percentiles("TTFT", entries, rows);
        Table tpot = percentiles("TPOT", entries, rows);
        overlay("Time to first token", ttft, spectra, Spectra::ttft).ifPresent(figures::add);
        overlay("Time per output token", tpot, spectra, Spectra::tpot).ifPresent(figures::add);
        return figures;
    }

    private static Optional<Figure> bars(Row row, List<Entry> entries) {
        List<BarChart.Bar> bars = new ArrayList<>();
        Table.Builder table = Table.of("Scenario", row.unit().isEmpty() ? row.name() : row.unit());
        for (int i = 0; i < entries.size(); i++) {
            String label = entries.get(i).label();
            Optional<Double> value = row.cells().get(i).value();
            bars.add(new BarChart.Bar(label, label, value.orElse(0.0)));
            table.row(label, value.map(Show::number).orElse(row.cells().get(i).missing()));
        }
        if (bars.stream().allMatch(bar -> bar.value() == 0)) {
            return Optional.empty();
        }
        String better =
                row.better() == Comparison.Better.HIGHER ? "Higher is better." : "Lower is better.";
        String unit = row.unit().isEmpty() ? row.name() : row.name() + ", " + row.unit();
        Frame frame = Frame.of("bars-" + id(row.name()), row.name(), better).high(240);
        return Optional.of(
                new Figure(unit, better, new BarChart(frame, unit, bars).svg(), table.build()));
    }

    private static Optional<Figure> overlay(
            String what, Table table, List<Spectra> spectra, Function<Spectra, Points> read) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < spectra.size(); i++) {
            Points points = read.apply(spectra.get(i));
            if (!points.isEmpty()) {
                lines.add(
                        Line.of(spectra.get(i).label(), points, i, STYLES.get(i % STYLES.size())));
            }
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String title = what + ": percentile spectra";
        String caption =
                "The lower curve is faster; curves that part only on the right differ in the tail."
                        + " The far right is drawn from few requests.";
        XyChart chart =
                new XyChart(
                        Frame.of("overlay-" + id(what), title, caption),
                        new XyChart.Axis("percentile", XyChart.Scale.PERCENTILE),
                        new XyChart.Axis("ms", XyChart.Scale.LINEAR),
                        "",
                        List.of(),
                        lines);
        return Optional.of(new Figure(title, caption, chart.svg(), table));
    }

    /** Published percentiles only; the curve goes further, and says so. */
    private static Table percentiles(String metric, List<Entry> entries, List<Row> rows) {
        List<Row> shown = rows.stream().filter(row -> row.name().startsWith(metric + " ")).toList();
        List<String> header = new ArrayList<>(List.of("Scenario"));
        shown.forEach(row -> header.add(row.name() + " (ms)"));
        Table.Builder table = Table.of(header.toArray(String[]::new));
        for (int i = 0; i < entries.size(); i++) {
            List<String> cells = new ArrayList<>(List.of(entries.get(i).label()));
            for (Row row : shown) {
                Comparison.Cell cell = row.cells().get(i);
                cells.add(cell.value().map(Show::number).orElse(cell.missing()));
            }
            table.row(cells);
        }
        return table.build();
    }

    private static String id(String name) {
        return name.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
