package dev.shakedown.reports.render;

import dev.shakedown.reports.regression.ComparisonVerdict;
import dev.shakedown.reports.run.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A comparison for a terminal: verdict, what was found, one line a metric, what differs. */
public final class RegressionText {
    private static final Map<ComparisonVerdict, String> COLOURS =
            Map.of(
                    ComparisonVerdict.REGRESSED, "31",
                    ComparisonVerdict.IMPROVED, "32",
                    ComparisonVerdict.EQUIVALENT, "32",
                    ComparisonVerdict.INCONCLUSIVE, "33",
                    ComparisonVerdict.NOT_COMPARABLE, "33");

    private RegressionText() {}

    /**
     * Lines of text, each ended.
     *
     * @param ansi colour the verdict's word; nothing is said by colour alone
     */
    public static String render(RegressionReport report, boolean ansi) {
        StringBuilder text = new StringBuilder();
        ComparisonVerdict verdict = report.result().verdict();
        String word = report.sign() + " " + verdict;
        text.append(ansi ? "\u001B[1;" + COLOURS.get(verdict) + "m" + word + "\u001B[0m" : word);
        line(text, " " + report.scenario() + ", " + report.size() + ": " + report.sentence());
        report.simulated()
                .ifPresent(mark -> line(text, "  " + mark.name() + ": " + mark.absent() + "."));
        block(text, report.metrics());
        block(text, report.differences());
        block(text, report.leftOut());
        List<String> notes = new ArrayList<>(report.result().notes());
        if (!report.rows().isEmpty()) {
            notes.add(RegressionReport.METHODS);
        }
        text.append(notes.isEmpty() ? "" : "\n");
        notes.forEach(note -> wrapped(text, note));
        if (!report.next().isEmpty()) {
            line(text, "\n  next: " + report.next());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String content) {
        text.append(SafeText.text(content)).append('\n');
    }

    private static void block(StringBuilder text, Table table) {
        if (!table.isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(table.header());
            table.rows().forEach(row -> rows.add(row.stream().map(SafeText::label).toList()));
            TextRenderer.block(text, rows);
        }
    }

    private static void wrapped(StringBuilder text, String note) {
        StringBuilder line = new StringBuilder("  ");
        for (String word : SafeText.line(note).split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                text.append(line.toString().stripTrailing()).append('\n');
                line = new StringBuilder("  ");
            }
            line.append(word).append(' ');
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private static final int WIDTH = 110;
}
