package dev.shakedown.reports.render;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Several runs side by side, computed. Differences are to the first run and descriptive: a single
 * run each cannot say whether they would come again.
 *
 * @param answer which one to take, in one sentence
 * @param caveats what to know before believing a difference
 */
public record Comparison(
        String answer,
        List<Entry> entries,
        List<Row> rows,
        List<Reason> caveats,
        List<Figure> figures) {

    public Comparison {
        entries = List.copyOf(entries);
        rows = List.copyOf(rows);
        caveats = List.copyOf(caveats);
        figures = List.copyOf(figures);
    }

    /** A relative change below this is within what one more run of the same would show. */
    public static final double CLOSE = 0.03;

    /** More would not fit side by side. */
    private static final int MOST_COLUMNS = 4;

    /** A run under a label that is unique here. */
    public record Entry(String label, String directory, RunRecord run) {}

    /**
     * One figure over all runs, in their order.
     *
     * @param better how a reader should take a rise
     */
    public record Row(String name, String unit, Better better, List<Cell> cells) {
        public Row {
            cells = List.copyOf(cells);
        }
    }

    /**
     * A run's value of a figure.
     *
     * @param value absent where the run does not have it; {@code missing} then says why
     * @param change relative to the first run; absent for the first, and where it would mislead
     */
    public record Cell(Optional<Double> value, String missing, Optional<Double> change) {}

    /** Direction of a figure. */
    public enum Better {
        HIGHER,
        LOWER
    }

    /** Whether any of the runs was simulated. */
    public boolean simulated() {
        return entries.stream().anyMatch(entry -> entry.run().simulated());
    }

    /** Shapes, verdicts and loads. */
    Table shapes() {
        Table.Builder table =
                Table.of("Scenario", "shape", "GPUs used", "verdict", "state", "offered");
        for (Entry entry : entries) {
            RunRecord run = entry.run();
            table.row(
                    entry.label(),
                    Show.shape(run.shape()),
                    Show.count(run.shape().engineGpus()),
                    Headline.sign(run) + " " + run.verdict(),
                    run.state().name(),
                    Show.count(run.offered()));
        }
        return table.build();
    }

    /** All figures, with the change to the first run beside each; of many runs a row each. */
    Table figuresTable() {
        return entries.size() > MOST_COLUMNS ? rowForEachRun() : columnForEachRun();
    }

    private Table rowForEachRun() {
        List<String> header = new ArrayList<>(List.of("Scenario"));
        rows.forEach(row -> header.add(row.name() + unit(row)));
        Table.Builder table = Table.of(header.toArray(String[]::new));
        for (int i = 0; i < entries.size(); i++) {
            List<String> cells = new ArrayList<>(List.of(entries.get(i).label()));
            for (Row row : rows) {
                cells.add(text(row.cells().get(i), row.better()));
            }
            table.row(cells);
        }
        return table.build();
    }

    private Table columnForEachRun() {
        List<String> header = new ArrayList<>(List.of("Figure"));
        entries.forEach(entry -> header.add(entry.label()));
        Table.Builder table = Table.of(header.toArray(String[]::new));
        for (Row row : rows) {
            List<String> cells = new ArrayList<>(List.of(row.name() + unit(row)));
            row.cells().forEach(cell -> cells.add(text(cell, row.better())));
            table.row(cells);
        }
        return table.build();
    }

    private static String unit(Row row) {
        return row.unit().isEmpty() ? "" : " (" + row.unit() + ")";
    }

    private static String text(Cell cell, Better better) {
        if (cell.value().isEmpty()) {
            return cell.missing();
        }
        String value = Show.number(cell.value().get());
        return cell.change()
                .map(c -> value + "  " + Show.change(c) + word(c, better))
                .orElse(value);
    }

    /**
     * The direction in a word, because a sign alone does not say whether it is good; none for what
     * single runs cannot tell apart.
     */
    private static String word(double change, Better better) {
        if (Math.abs(change) < CLOSE) {
            return "";
        }
        return change > 0 == (better == Better.HIGHER) ? " better" : " worse";
    }
}
