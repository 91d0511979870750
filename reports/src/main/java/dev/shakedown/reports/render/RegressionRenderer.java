package dev.shakedown.reports.render;

import dev.shakedown.reports.regression.ComparisonVerdict;
import dev.shakedown.reports.regression.MetricResult;
import java.util.ArrayList;
import java.util.List;

/** A comparison of two groups of runs as one HTML file, as Markdown and as JUnit XML. */
public final class RegressionRenderer {

    private RegressionRenderer() {}

    /** The whole page. */
    public static String html(RegressionReport report) {
        Html html = HtmlPage.open(report.result().verdict() + " " + report.scenario());
        report.simulated().ifPresent(mark -> HtmlPage.simulatedMark(html, mark));
        html.open("header").element("p", "Shakedown comparison", "class", "kicker");
        html.element("h1", report.scenario() + ": " + report.size()).close();
        html.open("section", "class", "verdict " + style(report.result().verdict()));
        html.element("p", headline(report));
        html.close();
        if (!report.next().isEmpty()) {
            html.element("p", "Next: " + report.next());
        }
        section(html, "What differs between the groups", report.differences());
        section(html, "Primary metrics", report.metrics());
        if (!report.figures().isEmpty()) {
            html.open("section").element("h2", "Charts");
            report.figures().forEach(figure -> HtmlPage.figure(html, figure));
            html.close();
        }
        section(html, "How requests ended", report.outcomes());
        section(html, "Runs that do not count", report.leftOut());
        html.open("section").element("h2", "How these numbers were found");
        report.result().notes().forEach(note -> html.element("p", note));
        html.element("p", RegressionReport.METHODS).close();
        html.open("section").element("h2", "The runs");
        runs(html, "Baseline", report.baseline());
        runs(html, "Candidate", report.candidate());
        html.close();
        return HtmlPage.close(html);
    }

    /** The same as Markdown, without the charts. */
    public static String markdown(RegressionReport report) {
        StringBuilder md = new StringBuilder("# ");
        md.append(MarkdownRenderer.text(report.scenario())).append(": ");
        md.append(report.size()).append("\n\n");
        report.simulated().ifPresent(mark -> md.append(MarkdownRenderer.simulated(mark)));
        md.append("**").append(report.sign()).append(' ').append(report.result().verdict());
        md.append("**: ").append(MarkdownRenderer.text(report.sentence())).append("\n\n");
        if (!report.next().isEmpty()) {
            md.append("Next: ").append(MarkdownRenderer.text(report.next())).append("\n\n");
        }
        section(md, "Primary metrics", report.metrics());
        section(md, "What differs between the groups", report.differences());
        section(md, "Runs that do not count", report.leftOut());
        for (String note : report.result().notes()) {
            md.append(MarkdownRenderer.text(note)).append("\n\n");
        }
        return md.append("<details><summary>How these numbers were found</summary>\n\n")
                .append(MarkdownRenderer.text(RegressionReport.METHODS))
                .append("\n\n</details>\n")
                .toString();
    }

    /** One test case a metric, one for whether the runs may be compared. */
    public static String junit(RegressionReport report) {
        List<JUnitSuite.Case> cases = new ArrayList<>();
        boolean comparable = report.result().verdict() != ComparisonVerdict.NOT_COMPARABLE;
        cases.add(
                new JUnitSuite.Case(
                        "runs are comparable",
                        comparable ? JUnitSuite.Result.OK : JUnitSuite.Result.ERROR,
                        report.sentence()));
        report.rows().forEach(row -> cases.add(junit(row.result())));
        if (comparable && report.rows().isEmpty()) {
            cases.add(
                    new JUnitSuite.Case("verdict", JUnitSuite.Result.ERROR, report.result().why()));
        }
        String mark = report.simulated().map(m -> m.name() + " ").orElse("");
        return new JUnitSuite(mark + "compare " + report.scenario(), cases)
                .xml(report.result().arms().all().stream().findFirst().map(r -> r.startedAt()));
    }

    private static JUnitSuite.Case junit(MetricResult result) {
        JUnitSuite.Result as =
                switch (result.verdict()) {
                    case REGRESSED -> JUnitSuite.Result.FAILURE;
                    case IMPROVED, EQUIVALENT -> JUnitSuite.Result.OK;
                    default ->
                            result.mayHaveRegressed()
                                    ? JUnitSuite.Result.ERROR
                                    : JUnitSuite.Result.OK;
                };
        return new JUnitSuite.Case(
                result.metric().name(),
                as,
                "%s: %s %s, delta %s. %s"
                        .formatted(
                                result.verdict(),
                                result.metric().label(),
                                Changes.both(result),
                                Changes.delta(result),
                                result.why()));
    }

    private static String headline(RegressionReport report) {
        return report.sign() + " " + report.result().verdict() + ": " + report.sentence();
    }

    private static String style(ComparisonVerdict verdict) {
        return switch (verdict) {
            case REGRESSED -> "failed";
            case IMPROVED, EQUIVALENT -> "passed";
            case INCONCLUSIVE, NOT_COMPARABLE -> "invalid";
        };
    }

    private static void section(Html html, String title, Table table) {
        if (!table.isEmpty()) {
            html.open("section").element("h2", title).table(table).close();
        }
    }

    private static void section(StringBuilder md, String title, Table table) {
        if (!table.isEmpty()) {
            md.append("## ").append(title).append("\n\n");
            md.append(MarkdownRenderer.table(table)).append('\n');
        }
    }

    private static void runs(Html html, String group, List<String> directories) {
        html.element("h3", group).open("ul");
        for (String directory : directories) {
            html.open("li").element("code", directory).close();
        }
        html.close();
    }
}
