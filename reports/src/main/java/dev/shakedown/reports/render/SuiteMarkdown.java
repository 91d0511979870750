package dev.shakedown.reports.render;

/** A night as Markdown, short enough for a comment on a pull request. */
public final class SuiteMarkdown {
    private SuiteMarkdown() {}

    /** The whole text. */
    public static String render(SuiteReport night) {
        StringBuilder md =
                new StringBuilder("# Nightly ").append(text(night.suite())).append("\n\n");
        night.simulated().ifPresent(mark -> md.append(MarkdownRenderer.simulated(mark)));
        md.append("**").append(night.verdict().sign()).append(' ').append(night.verdict());
        md.append("**: ").append(text(night.why())).append("\n\n");
        md.append("- A is ").append(text(night.baseline())).append('\n');
        md.append("- B is ").append(text(night.candidate())).append('\n');
        night.notes().forEach(note -> md.append("- ").append(text(note)).append('\n'));
        md.append('\n').append(MarkdownRenderer.table(night.overview()));
        night.parts().forEach(part -> part(md, part));
        md.append("\nNight `")
                .append(text(night.directory()))
                .append("`; more in its `report.html`.\n");
        return md.toString();
    }

    private static void part(StringBuilder md, SuiteReport.Part part) {
        md.append("\n## ").append(text(part.scenario())).append("\n\n");
        part.comparison().ifPresent(report -> table(md, report.metrics()));
        part.comparison().ifPresent(report -> table(md, report.differences()));
        part.canary()
                .ifPresent(
                        canary -> {
                            md.append("Answers: ").append(text(canary.text())).append("\n\n");
                            canary.unexplained().forEach(one -> difference(md, one));
                        });
        part.notes().forEach(note -> md.append("- ").append(text(note)).append('\n'));
        part.runs().stream()
                .filter(run -> !run.reason().isEmpty())
                .forEach(
                        run ->
                                md.append("- ")
                                        .append(text(run.what()))
                                        .append(" does not count, ")
                                        .append(run.verdict())
                                        .append(": ")
                                        .append(text(run.reason()))
                                        .append('\n'));
    }

    private static void difference(StringBuilder md, SuiteReport.Difference one) {
        md.append("- ").append(text(one.prompt() + one.same())).append("\n  - A: ");
        md.append(text(one.baseline())).append("\n  - B: ").append(text(one.candidate()));
        md.append("\n  - ").append(text(one.why())).append("\n\n");
    }

    private static void table(StringBuilder md, Table table) {
        if (!table.isEmpty()) {
            md.append(MarkdownRenderer.table(table)).append('\n');
        }
    }

    private static String text(String raw) {
        return MarkdownRenderer.text(raw);
    }
}
