package dev.shakedown.reports;

import dev.shakedown.reports.render.Comparison;
import dev.shakedown.reports.render.ComparisonJson;
import dev.shakedown.reports.render.ComparisonRenderer;
import dev.shakedown.reports.render.HtmlRenderer;
import dev.shakedown.reports.render.JUnitRenderer;
import dev.shakedown.reports.render.MarkdownRenderer;
import dev.shakedown.reports.render.RegressionJson;
import dev.shakedown.reports.render.RegressionRenderer;
import dev.shakedown.reports.render.RegressionReport;
import dev.shakedown.reports.render.Report;
import dev.shakedown.reports.render.SuiteHtml;
import dev.shakedown.reports.render.SuiteJUnit;
import dev.shakedown.reports.render.SuiteJson;
import dev.shakedown.reports.render.SuiteMarkdown;
import dev.shakedown.reports.render.SuiteReport;
import dev.shakedown.reports.run.AtomicWrite;
import dev.shakedown.reports.trend.Trend;
import dev.shakedown.reports.view.ComparisonBuilder;
import dev.shakedown.reports.view.ReportBuilder;
import dev.shakedown.reports.view.TrendPages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes what is derived from run directories. Safe to call again at any time. */
public final class ReportWriter {

    private ReportWriter() {}

    /**
     * Writes {@code report.html}, {@code summary.md} and {@code junit.xml} into a run directory,
     * whatever state the run ended in.
     *
     * @throws dev.shakedown.reports.run.RunUnreadableException if there is no usable run.json
     * @throws UncheckedIOException if a file cannot be read or written
     */
    public static void write(Path runDirectory) {
        Report report = ReportBuilder.build(runDirectory);
        save(runDirectory.resolve("report.html"), HtmlRenderer.render(report));
        save(runDirectory.resolve("summary.md"), MarkdownRenderer.render(report));
        save(runDirectory.resolve("junit.xml"), JUnitRenderer.render(report.run()));
    }

    /**
     * Writes {@code comparison.html}, {@code comparison.md} and {@code comparison.json}: the runs
     * side by side, in this order, measured against the first.
     *
     * @param outDirectory is made if it does not exist
     * @return the HTML file
     * @throws IllegalArgumentException without runs
     * @throws dev.shakedown.reports.run.RunUnreadableException if one has no usable run.json
     * @throws UncheckedIOException if a file cannot be read or written
     */
    public static Path comparison(List<Path> runDirectories, Path outDirectory) {
        Comparison comparison = ComparisonBuilder.build(runDirectories);
        make(outDirectory);
        Path html = outDirectory.resolve("comparison.html");
        save(html, ComparisonRenderer.html(comparison));
        save(outDirectory.resolve("comparison.md"), ComparisonRenderer.markdown(comparison));
        save(outDirectory.resolve("comparison.json"), ComparisonJson.render(comparison));
        return html;
    }

    /**
     * Writes {@code compare.html}, {@code compare.md}, {@code compare.json} and {@code
     * compare.junit.xml}.
     *
     * @param outDirectory is made if it does not exist
     * @return the HTML file
     * @throws UncheckedIOException if a file cannot be written
     */
    public static Path regression(RegressionReport report, Path outDirectory) {
        make(outDirectory);
        Path html = outDirectory.resolve("compare.html");
        save(html, RegressionRenderer.html(report));
        save(outDirectory.resolve("compare.md"), RegressionRenderer.markdown(report));
        save(outDirectory.resolve("compare.json"), RegressionJson.render(report));
        save(outDirectory.resolve("compare.junit.xml"), RegressionRenderer.junit(report));
        return html;
    }

    /**
     * Writes a night's {@code report.html}, {@code summary.md}, {@code junit.xml} and {@code
     * night.json} into its directory.
     *
     * @throws UncheckedIOException if a file cannot be written
     */
    public static void suite(SuiteReport night, Path directory) {
        save(directory.resolve("report.html"), SuiteHtml.render(night));
        save(directory.resolve("summary.md"), SuiteMarkdown.render(night));
        save(directory.resolve("junit.xml"), SuiteJUnit.render(night));
        save(directory.resolve("night.json"), SuiteJson.render(night));
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    /**
     * Writes a page of trends.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public static void trends(List<Trend> trends, Path file) {
        save(file, TrendPages.html(trends));
    }

    private static void save(Path file, String text) {
        AtomicWrite.write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
