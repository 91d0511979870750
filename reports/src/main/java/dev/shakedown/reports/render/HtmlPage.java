package dev.shakedown.reports.render;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** What every page has: head, style sheet, footer, figures, the SIMULATED mark. */
final class HtmlPage {
    private static final String STYLE = style();

    private HtmlPage() {}

    static Html open(String title) {
        Html html = new Html().markup("<!DOCTYPE html>\n").open("html", "lang", "en");
        html.open("head").markup("<meta charset=\"utf-8\">\n");
        html.markup(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
                        + " style-src 'unsafe-inline'; img-src data:\">\n");
        html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.markup("<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.element("title", title).markup("<style>" + STYLE + "</style>\n").close();
        return html.open("body").open("main");
    }

    static String close(Html html) {
        html.element(
                "footer",
                "Made by Shakedown. Times in ms unless a header says otherwise;"
                        + " percentiles are shown only above their sample floor.");
        return html.close().close().close().toString();
    }

    static void simulatedMark(Html html, SimulatedMark mark) {
        html.element(
                "p",
                mark.name()
                        + " – "
                        + mark.absent()
                        + ". Never compare these numbers with real ones.",
                "class",
                "simulated",
                "role",
                "note");
    }

    static void figure(Html html, Figure figure) {
        html.open("figure").element("h3", figure.title());
        html.scrollable("chart", "Chart: ").markup(figure.svg()).close();
        html.element("figcaption", figure.caption());
        if (!figure.table().isEmpty()) {
            html.open("details").element("summary", "The numbers as a table").table(figure.table());
            html.close();
        }
        html.close();
    }

    private static String style() {
        try (InputStream in =
                Objects.requireNonNull(HtmlPage.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the style sheet is missing from the jar", e);
        }
    }
}
