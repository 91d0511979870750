package dev.shakedown.reports.render;

import dev.shakedown.reports.run.FabricSummary;
import dev.shakedown.reports.run.GpuSummary;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.SmokeSummary;
import dev.shakedown.reports.run.SeriesSummary;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A report as one HTML file that fetches nothing. */
public final class HtmlRenderer {
    /** A longer table is folded: a search of a capacity leaves a hundred loads. */
    private static final int MOST_OPEN_ROWS = 40;

    private HtmlRenderer() {}

    /** The whole page. */
    public static String render(Report report) {
        RunRecord run = report.run();
        Html html = HtmlPage.open(run.scenarioName() + ": " + run.verdict());
        if (run.simulated()) {
            HtmlPage.simulatedMark(html, SimulatedMark.of(run));
        }
        head(html, run);
        verdict(html, run);
        keyNumbers(html, report.keyNumbers());
        Optional<SeriesSummary> search =
                run.series().filter(series -> series.capacity().isPresent());
        search.ifPresentOrElse(
                series -> section(html, "Rates that were tried", Tables.rates(series)),
                () -> section(html, "Loads", Tables.series(run)));
        section(html, "Limits", Tables.limits(run));
        section(html, "Latency", Tables.latency(run));
        certainty(html, Tables.certainty(run));
        run.floor().ifPresent(floor -> section(html, "Measurement floor", Tables.floor(floor)));
        figures(html, "Under load", report.figures());
        run.gpus().ifPresent(gpus -> gpus(html, gpus));
        figures(html, "Bring-up", report.bringUp());
        search.ifPresent(_ -> section(html, "All loads, in their order", Tables.series(run)));
        run.smoke().ifPresent(smoke -> smoke(html, smoke));
        run.fabric().ifPresent(fabric -> fabric(html, fabric));
        section(html, "Outcomes of the requests", Tables.outcomes(run));
        section(html, "Rates", Tables.rates(run));
        section(html, "Environment", Tables.environment(run));
        commands(html, report);
        section(html, "Files of this run", Tables.files(report.files()), html::files);
        return HtmlPage.close(html);
    }

    private static void head(Html html, RunRecord run) {
        html.open("header").element("p", "Shakedown run " + run.id(), "class", "kicker");
        html.element("h1", run.scenarioName());
        if (!run.question().isBlank()) {
            html.element("p", run.question(), "class", "question");
        }
        String model = run.shape().model().isEmpty() ? "" : run.shape().model() + " on ";
        html.element(
                "p",
                model
                        + Show.shape(run.shape())
                        + " · "
                        + run.startedAt().truncatedTo(ChronoUnit.SECONDS),
                "class",
                "sub");
        html.close();
    }

    private static void verdict(Html html, RunRecord run) {
        String kind = run.verdict().name().toLowerCase(Locale.ROOT);
        html.open("section", "class", "verdict " + kind).open("p");
        html.element("strong", Headline.sign(run) + " " + run.verdict())
                .text(": " + Headline.of(run));
        html.close();
        if (!run.reasons().isEmpty()) {
            html.open("ul");
            for (Reason reason : run.reasons()) {
                html.open("li").element("code", reason.code()).text(" " + reason.text()).close();
            }
            html.close();
        }
        html.close();
    }

    private static void keyNumbers(Html html, List<Report.KeyNumber> numbers) {
        if (numbers.isEmpty()) {
            return;
        }
        html.open("section", "class", "numbers", "aria-label", "Key numbers");
        for (Report.KeyNumber number : numbers) {
            html.open("div", "class", "number").element("p", number.name(), "class", "name");
            html.open("p", "class", "value").text(number.value());
            html.element("span", " " + number.unit()).close();
            html.element("p", number.detail(), "class", "detail").close();
        }
        html.close();
    }

    private static void figures(Html html, String title, List<Figure> figures) {
        if (figures.isEmpty()) {
            return;
        }
        html.open("section").element("h2", title);
        figures.forEach(figure -> HtmlPage.figure(html, figure));
        html.close();
    }

    private static void section(Html html, String title, Table table) {
        section(html, title, table, html::table);
    }

    private static void section(Html html, String title, Table table, Consumer<Table> write) {
        if (table.isEmpty()) {
            return;
        }
        html.open("section").element("h2", title);
        int rows = table.rows().size();
        if (rows > MOST_OPEN_ROWS) {
            html.open("details").element("summary", "All " + rows + " rows");
            write.accept(table);
            html.close();
        } else {
            write.accept(table);
        }
        html.close();
    }

    private static void gpus(Html html, GpuSummary gpus) {
        html.open("section").element("h2", "GPUs under load");
        if (!gpus.source().isEmpty()) {
            html.element("p", "Means of the measured phase, read by " + gpus.source() + ".");
            html.table(Tables.gpus(gpus));
            html.element(
                    "p",
                    "Utilisation is the time in which any kernel ran, one that only waits for a"
                            + " slower GPU too; SM activity and power tell the two apart.");
        }
        list(html, gpus.findings());
        if (!gpus.missing().isEmpty()) {
            html.element("p", gpus.source().isEmpty() ? "No GPU telemetry:" : "Not read:");
            list(html, gpus.missing());
        }
        html.close();
    }

    private static void list(Html html, List<String> items) {
        if (!items.isEmpty()) {
            html.open("ul");
            items.forEach(item -> html.element("li", item));
            html.close();
        }
    }

    private static void certainty(Html html, Table table) {
        if (table.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "How sure").table(table);
        html.element(
                "p",
                "Requests that are served together wait together, so that many of them count as"
                        + " few: the intervals rest on the independent ones. They describe this"
                        + " run; only repeats show what the next one may bring.");
        html.close();
    }

    private static void smoke(Html html, SmokeSummary smoke) {
        html.open("section").element("h2", "Smoke job: Monte-Carlo Pi");
        html.element(
                "p",
                "%s: π ≈ %.6f from %s samples on %d GPUs."
                        .formatted(
                                smoke.outcome(),
                                smoke.pi(),
                                Show.count(smoke.samples()),
                                smoke.gpus().size()));
        list(html, smoke.findings());
        html.close();
    }

    private static void fabric(Html html, FabricSummary fabric) {
        html.open("section").element("h2", "Fabric: TCP and all-reduce between the GPUs");
        html.element("p", fabric.outcome() + ": " + fabric.text());
        Table table = Tables.fabric(fabric);
        if (!table.isEmpty()) {
            html.table(table);
            html.element(
                    "p", "GB/s is bus bandwidth: 2(n−1)/n · bytes / time, as nccl-tests count.");
        }
        html.close();
    }

    private static void commands(Html html, Report report) {
        html.open("section").element("h2", "Do it again");
        html.element("p", "This report, from the files of the run:");
        html.element("pre", "shakedown report " + report.directory());
        report.run()
                .equivalents()
                .forEach(
                        (name, command) -> {
                            html.element("p", "The same with " + name + ":");
                            html.element("pre", command);
                        });
        if (!report.notes().isEmpty()) {
            html.element("p", "What the files of this run lack:").open("ul");
            report.notes().forEach(note -> html.element("li", note));
            html.close();
        }
        html.close();
    }
}
