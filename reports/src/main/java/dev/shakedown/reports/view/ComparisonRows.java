package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Comparison.Better;
import dev.shakedown.reports.render.Comparison.Cell;
import dev.shakedown.reports.render.Comparison.Entry;
import dev.shakedown.reports.render.Comparison.Row;
import dev.shakedown.reports.render.Show;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import dev.shakedown.reports.run.RunRecord.Validity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The figures of a comparison, absolute and per GPU. */
final class ComparisonRows {
    static final String TOKENS = "output tokens/s";
    static final String TOKENS_PER_GPU = "output tokens/s per GPU";
    private static final double NANOS_PER_MS = 1e6;

    private ComparisonRows() {}

    /** How one figure is read from a run: a value, or the words that stand in its place. */
    private interface Read {
        Cell from(RunRecord run);
    }

    static List<Row> of(List<Entry> entries) {
        List<Row> rows = new ArrayList<>();
        rows.add(
                row(
                        "capacity, requests/s",
                        "",
                        Better.HIGHER,
                        entries,
                        run -> rate(run, "capacity.requests/s", 1)));
        rows.add(row("requests/s", "", Better.HIGHER, entries, run -> rate(run, "requests/s", 1)));
        rows.add(row(TOKENS, "", Better.HIGHER, entries, run -> rate(run, "outputTokens/s", 1)));
        rows.add(
                row(
                        TOKENS_PER_GPU,
                        "",
                        Better.HIGHER,
                        entries,
                        run -> rate(run, "outputTokens/s", run.shape().engineGpus())));
        rows.add(row("goodput", "%", Better.HIGHER, entries, ComparisonRows::goodput));
        for (String metric : List.of("TTFT", "TPOT", "E2E")) {
            for (String percentile : List.of("p50", "p90", "p99")) {
                rows.add(
                        row(
                                metric + " " + percentile,
                                "ms",
                                Better.LOWER,
                                entries,
                                run -> latency(run, metric, percentile)));
            }
        }
        rows.removeIf(row -> row.cells().stream().allMatch(ComparisonRows::nothing));
        return rows;
    }

    /** Neither a value nor a word on how many samples it would take. */
    private static boolean nothing(Cell cell) {
        return cell.value().isEmpty() && cell.missing().equals("–");
    }

    private static Row row(
            String name, String unit, Better better, List<Entry> entries, Read read) {
        RunRecord first = entries.getFirst().run();
        Optional<Double> base = read.from(first).value();
        List<Cell> cells = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            RunRecord run = entries.get(i).run();
            Cell cell = read.from(run);
            boolean comparable =
                    i > 0 && comparable(first, run) && sameLoad(entries.getFirst(), entries.get(i));
            cells.add(
                    comparable
                            ? new Cell(cell.value(), cell.missing(), change(base, cell.value()))
                            : cell);
        }
        return new Row(name, unit, better, cells);
    }

    /**
     * Simulated and real numbers, those with and those without a client, and numbers that prove
     * nothing, get no difference.
     */
    static boolean comparable(RunRecord a, RunRecord b) {
        return a.simulated() == b.simulated()
                && a.virtual() == b.virtual()
                && a.validity() == Validity.VALID
                && b.validity() == Validity.VALID;
    }

    /** Under another load nothing is better or worse. */
    private static boolean sameLoad(Entry a, Entry b) {
        return Caveats.loadOf(a).equals(Caveats.loadOf(b));
    }

    private static Optional<Double> change(Optional<Double> base, Optional<Double> value) {
        return base.filter(b -> b != 0).flatMap(b -> value.map(v -> v / b - 1));
    }

    private static Cell rate(RunRecord run, String key, int gpus) {
        return cell(Optional.ofNullable(run.rates().get(key)).map(v -> v / Math.max(1, gpus)));
    }

    private static Cell goodput(RunRecord run) {
        return cell(Optional.ofNullable(run.rates().get("goodput")).map(share -> share * 100));
    }

    private static Cell latency(RunRecord run, String name, String percentile) {
        Optional<MetricSummary> metric = metric(run, name);
        Optional<Long> nanos =
                metric.map(m -> m.percentiles().get(percentile)).flatMap(PercentileValue::value);
        String missing = metric.map(m -> Show.percentile(m, percentile)).orElse("–");
        return new Cell(nanos.map(v -> v / NANOS_PER_MS), missing, Optional.empty());
    }

    /** From the intended time where the run has it, as limits do. */
    private static Optional<MetricSummary> metric(RunRecord run, String name) {
        String key = name.toLowerCase(java.util.Locale.ROOT);
        MetricSummary sent = run.metrics().get(key);
        return Optional.ofNullable(run.metrics().getOrDefault(key + ".intended", sent));
    }

    private static Cell cell(Optional<Double> value) {
        return new Cell(value, "–", Optional.empty());
    }
}
