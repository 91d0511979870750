package dev.shakedown.reports.render;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import java.util.LinkedHashSet;
import java.util.Set;

/** A comparison as one HTML file that fetches nothing, and as Markdown. */
public final class ComparisonRenderer {

    private ComparisonRenderer() {}

    /** The whole page. */
    public static String html(Comparison comparison) {
        Html html = HtmlPage.open("Comparison of " + comparison.entries().size() + " runs");
        if (comparison.simulated()) {
            HtmlPage.simulatedMark(html, SimulatedMark.of(comparison.entries()));
        }
        html.open("header").element("p", "Shakedown comparison", "class", "kicker");
        html.element("h1", comparison.entries().size() + " runs side by side");
        for (String question : questions(comparison)) {
            html.element("p", question, "class", "question");
        }
        html.close();
        html.open("section", "class", "verdict answer").element("p", comparison.answer()).close();
        caveats(html, comparison);
        html.open("section").element("h2", "What ran").table(comparison.shapes()).close();
        html.open("section").element("h2", "Side by side");
        String first = comparison.entries().getFirst().label();
        html.element("p", changes(comparison, " " + first));
        html.table(comparison.figuresTable()).close();
        if (!comparison.figures().isEmpty()) {
            html.open("section").element("h2", "Charts");
            comparison.figures().forEach(figure -> HtmlPage.figure(html, figure));
            html.close();
        }
        verdicts(html, comparison);
        return HtmlPage.close(html);
    }

    /** The same as Markdown, without the charts. */
    public static String markdown(Comparison comparison) {
        StringBuilder md = new StringBuilder("# Comparison\n\n");
        if (comparison.simulated()) {
            md.append(MarkdownRenderer.simulated(SimulatedMark.of(comparison.entries())));
        }
        md.append("**").append(MarkdownRenderer.text(comparison.answer())).append("**\n\n");
        for (Reason caveat : comparison.caveats()) {
            md.append("- `").append(caveat.code()).append("` ");
            md.append(MarkdownRenderer.text(caveat.text())).append('\n');
        }
        md.append("\n## What ran\n\n").append(MarkdownRenderer.table(comparison.shapes()));
        md.append("\n## Side by side\n\n").append(changes(comparison, "")).append("\n\n");
        return md.append(MarkdownRenderer.table(comparison.figuresTable())).toString();
    }

    private static String changes(Comparison comparison, String first) {
        boolean any =
                comparison.rows().stream()
                        .flatMap(row -> row.cells().stream())
                        .anyMatch(cell -> cell.change().isPresent());
        return any
                ? "Each change is relative to the first run%s; below 3 %% no direction is named."
                        .formatted(first)
                : "No difference is named: the runs did not do the same work, or not all numbers can be set against each other.";
    }

    private static Set<String> questions(Comparison comparison) {
        Set<String> questions = new LinkedHashSet<>();
        comparison.entries().stream()
                .map(entry -> entry.run().question())
                .filter(question -> !question.isBlank())
                .forEach(questions::add);
        return questions;
    }

    private static void caveats(Html html, Comparison comparison) {
        html.open("section").element("h2", "Before you believe a difference").open("ul");
        for (Reason caveat : comparison.caveats()) {
            html.open("li").element("code", caveat.code()).text(" " + caveat.text()).close();
        }
        html.close().close();
    }

    private static void verdicts(Html html, Comparison comparison) {
        html.open("section").element("h2", "The runs").open("ul");
        for (Comparison.Entry entry : comparison.entries()) {
            RunRecord run = entry.run();
            html.open("li").element("strong", entry.label());
            html.text(
                    " " + Headline.sign(run) + " " + run.verdict() + ": " + Headline.of(run) + " ");
            html.element("code", entry.directory()).close();
        }
        html.close().close();
    }
}
