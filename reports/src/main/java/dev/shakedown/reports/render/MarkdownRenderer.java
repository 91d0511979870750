package dev.shakedown.reports.render;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.SafeText;
import java.util.List;
import java.util.stream.Collectors;

/** A report as Markdown, short enough for a comment on a pull request. */
public final class MarkdownRenderer {

    private MarkdownRenderer() {}

    /** The whole text. */
    public static String render(Report report) {
        RunRecord run = report.run();
        StringBuilder md = new StringBuilder();
        md.append("# ").append(text(run.scenarioName())).append("\n\n");
        if (run.simulated()) {
            md.append(simulated(SimulatedMark.of(run)));
        }
        md.append("**").append(Headline.sign(run)).append(' ').append(run.verdict()).append("**: ");
        md.append(text(Headline.of(run))).append("\n\n");
        if (!run.question().isBlank()) {
            md.append("Question: ").append(text(run.question())).append("\n\n");
        }
        run.reasons()
                .forEach(
                        reason ->
                                md.append("- `")
                                        .append(code(reason.code()))
                                        .append("` ")
                                        .append(text(reason.text()))
                                        .append('\n'));
        md.append(run.reasons().isEmpty() ? "" : "\n");
        section(md, "Key numbers", keyNumbers(report.keyNumbers()));
        section(md, "Loads", Tables.series(run));
        section(md, "Limits", Tables.limits(run));
        section(md, "Latency", Tables.latency(run));
        section(md, "How sure", Tables.certainty(run));
        run.fabric().ifPresent(fabric -> section(md, "Fabric", Tables.fabric(fabric)));
        section(md, "Outcomes", Tables.outcomes(run));
        section(md, "Environment", Tables.environment(run));
        run.equivalents()
                .forEach(
                        (name, command) ->
                                md.append("The same with ")
                                        .append(text(name))
                                        .append(":\n\n")
                                        .append(block(command)));
        md.append("Run `").append(code(run.id())).append("`; charts are in `report.html`.\n");
        return md.toString();
    }

    /** The line that warns. */
    static String simulated(SimulatedMark mark) {
        return "> **%s** – %s; never compare with real numbers.\n\n"
                .formatted(mark.name(), mark.absent());
    }

    /** A table, cells escaped. */
    static String table(Table table) {
        return row(table.header())
                + table.header().stream()
                        .map(_ -> " --- ")
                        .collect(Collectors.joining("|", "|", "|\n"))
                + table.rows().stream().map(MarkdownRenderer::row).collect(Collectors.joining());
    }

    /** One line in which nothing is markup. */
    static String text(String raw) {
        return SafeText.line(raw).replaceAll("([\\\\`*_{}\\[\\]<>#!|~&$@])", "\\\\$1");
    }

    private static Table keyNumbers(List<Report.KeyNumber> numbers) {
        Table.Builder table = Table.of("What", "value", "");
        numbers.forEach(n -> table.row(n.name(), (n.value() + " " + n.unit()).strip(), n.detail()));
        return table.build();
    }

    private static void section(StringBuilder md, String title, Table table) {
        if (!table.isEmpty()) {
            md.append("## ").append(title).append("\n\n").append(table(table)).append('\n');
        }
    }

    private static String row(List<String> cells) {
        return cells.stream()
                .map(cell -> " " + text(cell) + " ")
                .collect(Collectors.joining("|", "|", "|\n"));
    }

    private static String code(String raw) {
        return SafeText.line(raw).replace('`', '\'');
    }

    /** Indented, so that no line of the content can end the block. */
    private static String block(String raw) {
        return SafeText.text(raw)
                        .lines()
                        .map(line -> "    " + line + "\n")
                        .collect(Collectors.joining())
                + "\n";
    }
}
