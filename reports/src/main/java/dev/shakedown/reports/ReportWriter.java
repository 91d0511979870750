package dev.shakedown.reports;

import dev.shakedown.reports.render.HtmlRenderer;
import dev.shakedown.reports.render.JUnitRenderer;
import dev.shakedown.reports.render.MarkdownRenderer;
import dev.shakedown.reports.render.Report;
import dev.shakedown.reports.run.AtomicWrite;
import dev.shakedown.reports.view.ReportBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes what is derived from run directories. Safe to call again at any time. */
public final class ReportWriter {

    private ReportWriter() {}

    /**
     * Writes {@code report.html}, {@code summary.md} and {@code junit.xml} into a run directory,
     * whatever state the run ended in.
     *
     * @throws dev.shakedown.reports.run.RunUnreadableException if there is no usable run.json
     * @throws java.io.UncheckedIOException if a file cannot be read or written
     */
    public static void write(Path runDirectory) {
        Report report = ReportBuilder.build(runDirectory);
        save(runDirectory.resolve("report.html"), HtmlRenderer.render(report));
        save(runDirectory.resolve("summary.md"), MarkdownRenderer.render(report));
        save(runDirectory.resolve("junit.xml"), JUnitRenderer.render(report.run()));
    }

    private static void save(Path file, String text) {
        AtomicWrite.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
