package dev.shakedown.reports.render;

import dev.shakedown.reports.trend.Acceptance;
import dev.shakedown.reports.trend.Trend;
import dev.shakedown.reports.trend.TrendChange;
import dev.shakedown.reports.trend.TrendLine;
import dev.shakedown.reports.trend.TrendMark;
import java.util.List;

/** Trends as one HTML file that fetches nothing. */
public final class TrendRenderer {

    private TrendRenderer() {}

    /** A trend with its charts. */
    public record Section(Trend trend, List<Figure> figures) {
        public Section {
            figures = List.copyOf(figures);
        }
    }

    /** The whole page. */
    public static String html(List<Section> sections) {
        Html html = HtmlPage.open("Trends");
        html.open("header").element("p", "Shakedown trends", "class", "kicker");
        html.element(
                "h1", sections.size() == 1 ? sections.getFirst().trend().scenario() : "Trends");
        html.close();
        sections.forEach(section -> section(html, section));
        return HtmlPage.close(html);
    }

    private static void section(Html html, Section section) {
        Trend trend = section.trend();
        html.open("section").element("h2", trend.scenario() + ": " + trend.on());
        if (!trend.simulated().isEmpty()) {
            html.element(
                    "p",
                    trend.simulated() + ". Never compare these numbers with real ones.",
                    "class",
                    "simulated",
                    "role",
                    "note");
        }
        html.element("p", runs(trend));
        trend.lines().stream()
                .filter(line -> !line.varies())
                .forEach(line -> html.element("p", same(line)));
        html.element("h3", "Changes of level");
        Table changes = changes(trend);
        if (changes.isEmpty()) {
            html.element("p", "None was found.");
        } else {
            html.table(changes);
        }
        Table marks = marks(trend);
        if (!marks.isEmpty()) {
            html.element("h3", "Gaps, and what the runs ran on").table(marks);
        }
        section.figures().forEach(figure -> HtmlPage.figure(html, figure));
        html.close();
    }

    private static String runs(Trend trend) {
        String left =
                trend.leftOut() == 0
                        ? ""
                        : "; %d ABORTED or INVALID left out".formatted(trend.leftOut());
        return "%d runs%s. Change points by E-divisive with Student's t test; the p-score is that of the place where it is least."
                .formatted(trend.runs().size(), left);
    }

    private static String same(TrendLine line) {
        return "%s was always %s.".formatted(line.metric().title(), Show.number(line.latest()));
    }

    private static Table changes(Trend trend) {
        Table.Builder table =
                Table.of(
                        "Metric",
                        "Since",
                        "Before",
                        "After",
                        "Change",
                        "p-score",
                        "Runs",
                        "With it",
                        "Accepted");
        for (TrendLine line : trend.lines()) {
            for (TrendChange change : line.changes()) {
                table.row(
                        line.metric().title(),
                        TrendText.day(trend.runs().get(change.run()).at()),
                        Show.number(change.before()),
                        Show.number(change.after()),
                        (Double.isNaN(change.change()) ? "–" : Show.change(change.change()))
                                + (change.worse() ? " worse" : " better"),
                        TrendText.score(change.pScore()),
                        Show.count(change.runs()),
                        String.join(", ", change.environment()),
                        change.accepted().map(TrendRenderer::accepted).orElse("no"));
            }
        }
        return table.build();
    }

    private static String accepted(Acceptance by) {
        return "%s, %s: %s".formatted(TrendText.day(by.at()), by.who(), by.why());
    }

    private static Table marks(Trend trend) {
        Table.Builder table = Table.of("Before the run of", "What");
        for (TrendMark mark : trend.marks()) {
            table.row(TrendText.day(trend.runs().get(mark.run()).at()), mark.text());
        }
        return table.build();
    }
}
