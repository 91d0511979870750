package dev.shakedown.reports.render;

import dev.shakedown.reports.run.SafeText;
import java.util.ArrayList;
import java.util.List;

/** A night for a terminal: its verdict, then each scenario's. */
public final class SuiteText {
    private SuiteText() {}

    /**
     * Lines of text, each ended.
     *
     * @param ansi colour the verdicts' words; nothing is said by colour alone
     */
    public static String render(SuiteReport night, boolean ansi) {
        StringBuilder text = new StringBuilder();
        String word = night.verdict().sign() + " " + night.verdict();
        text.append(ansi ? "\u001B[1;" + colour(night.verdict()) + "m" + word + "\u001B[0m" : word);
        line(text, " " + night.suite() + ": " + night.why());
        night.simulated()
                .ifPresent(mark -> line(text, "  " + mark.name() + ": " + mark.absent() + "."));
        line(text, "  A is " + night.baseline());
        line(text, "  B is " + night.candidate());
        night.notes().forEach(note -> line(text, "  " + note));
        night.parts().forEach(part -> part(text, part, ansi));
        line(text, "\n  report  " + night.directory() + "/report.html");
        return text.toString();
    }

    private static void part(StringBuilder text, SuiteReport.Part part, boolean ansi) {
        text.append('\n');
        if (part.comparison().isPresent()) {
            text.append(RegressionText.render(part.comparison().get(), ansi));
        } else {
            line(
                    text,
                    part.verdict().sign()
                            + " "
                            + part.verdict()
                            + " "
                            + part.scenario()
                            + ": "
                            + part.why());
        }
        block(text, part.controlTable());
        part.canary().ifPresent(canary -> canary(text, canary));
        part.notes().forEach(note -> line(text, "  " + note));
        part.runs().stream()
                .filter(run -> !run.reason().isEmpty())
                .forEach(
                        run ->
                                line(
                                        text,
                                        "  %s does not count, %s: %s (%s)"
                                                .formatted(
                                                        run.what(),
                                                        run.verdict(),
                                                        run.reason(),
                                                        run.id())));
    }

    private static void canary(StringBuilder text, SuiteReport.Canary canary) {
        line(text, "  answers: " + canary.text());
        canary.unexplained()
                .forEach(
                        one -> {
                            line(
                                    text,
                                    "    "
                                            + SafeText.label(one.prompt())
                                            + SafeText.label(one.same()));
                            line(text, "    - " + SafeText.label(one.baseline()));
                            line(text, "    + " + SafeText.label(one.candidate()));
                            line(text, "      " + one.why());
                        });
    }

    private static String colour(SuiteVerdict verdict) {
        return switch (verdict) {
            case ABORTED -> "35";
            case FAILED, REGRESSED -> "31";
            case NOT_COMPARABLE, INCONCLUSIVE -> "33";
            case IMPROVED, EQUIVALENT -> "32";
        };
    }

    private static void block(StringBuilder text, Table table) {
        if (!table.isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(table.header());
            rows.addAll(table.rows());
            TextRenderer.block(text, rows);
            text.append('\n');
        }
    }

    private static void line(StringBuilder text, String content) {
        text.append(SafeText.text(content)).append('\n');
    }
}
