package dev.shakedown.reports.render;

import java.util.List;

/** A night as one HTML file that fetches nothing. */
public final class SuiteHtml {
    private SuiteHtml() {}

    /** The whole page. */
    public static String render(SuiteReport night) {
        Html html = HtmlPage.open("Nightly " + night.suite() + ": " + night.verdict());
        night.simulated().ifPresent(mark -> HtmlPage.simulatedMark(html, mark));
        html.open("header")
                .element("p", "Shakedown nightly, " + night.startedAt(), "class", "kicker");
        html.element("h1", night.suite()).element("p", night.question(), "class", "question");
        html.element("p", "A is " + night.baseline(), "class", "sub");
        html.element("p", "B is " + night.candidate(), "class", "sub").close();
        html.open("section", "class", "verdict " + tone(night.verdict())).open("p");
        html.element("strong", night.verdict().sign() + " " + night.verdict());
        html.text(" " + night.why()).close();
        list(html, night.notes());
        html.close();
        html.open("section").element("h2", "Scenarios").table(night.overview()).close();
        night.parts().forEach(part -> part(html, part));
        html.open("section").element("h2", "Once more").element("pre", night.again()).close();
        return HtmlPage.close(html);
    }

    private static void part(Html html, SuiteReport.Part part) {
        html.open("section").element("h2", part.scenario());
        html.element("p", part.question(), "class", "sub");
        html.open("div", "class", "verdict " + tone(part.verdict())).open("p");
        html.element("strong", part.verdict().sign() + " " + part.verdict());
        html.text(" " + part.sentence()).close();
        list(html, part.notes());
        html.close();
        part.comparison().ifPresent(report -> comparison(html, report));
        part.canary().ifPresent(canary -> canary(html, canary));
        table(html, "A against itself", part.controlTable());
        html.open("details")
                .element("summary", part.runs().size() + " starts")
                .table(part.runsTable());
        html.close().close();
    }

    private static void comparison(Html html, RegressionReport report) {
        table(html, "Metrics, " + report.size(), report.metrics());
        if (!report.rows().isEmpty()) {
            html.element("p", RegressionReport.METHODS, "class", "detail");
        }
        report.figures().forEach(figure -> HtmlPage.figure(html, figure));
        table(html, "What differs between the arms", report.differences());
        table(html, "Runs that do not count", report.leftOut());
        list(html, report.result().notes());
    }

    private static void canary(Html html, SuiteReport.Canary canary) {
        html.element("h3", "Answers").element("p", canary.text());
        for (SuiteReport.Difference one : canary.unexplained()) {
            html.open("div", "class", "scroll").open("pre").text(one.prompt() + one.same() + "\n");
            html.text("A: " + one.baseline() + "\nB: " + one.candidate() + "\n").close().close();
            html.element("p", one.why(), "class", "detail");
        }
    }

    private static void table(Html html, String title, Table table) {
        if (!table.isEmpty()) {
            html.element("h3", title).table(table);
        }
    }

    private static void list(Html html, List<String> lines) {
        if (!lines.isEmpty()) {
            html.open("ul");
            lines.forEach(line -> html.element("li", line));
            html.close();
        }
    }

    private static String tone(SuiteVerdict verdict) {
        return switch (verdict) {
            case ABORTED -> "aborted";
            case FAILED, REGRESSED -> "failed";
            case NOT_COMPARABLE, INCONCLUSIVE -> "invalid";
            case IMPROVED, EQUIVALENT -> "passed";
        };
    }
}
