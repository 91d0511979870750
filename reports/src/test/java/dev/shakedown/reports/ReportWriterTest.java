package dev.shakedown.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.render.TextRenderer;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.RunStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportWriterTest {
    private static final String HOSTILE =
            "<script>alert(1)</script>\"'&]]>\u001B[31mred\u001B[0m\u0000\u202Egpj.exe\u2028 |`*_[x](y) \uD800 ";

    @TempDir Path directory;

    @Test
    void summaryAndJUnitAndTextAreAsAgreed() throws IOException {
        RunRecord run = SampleRun.usual().write(directory);
        ReportWriter.write(directory);

        Golden.check("summary.md", read("summary.md"));
        Golden.check("junit.xml", read("junit.xml"));
        Golden.check("terminal.txt", TextRenderer.render(run, Path.of("runs/x"), false));
    }

    @Test
    void htmlIsOneFileThatFetchesNothing() throws IOException {
        SampleRun.usual().write(directory);
        ReportWriter.write(directory);
        String html = read("report.html");

        assertThat(html.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContainPattern("(?i)https?://|url\\((?!#)|@import|<script|<link|<img");
        assertThat(html)
                .contains("default-src 'none'")
                .contains("prefers-color-scheme: dark")
                .contains("@media print");
        assertThat(html.length()).isLessThan(1_000_000);
    }

    @Test
    void everyChartHasANameATableAndItsOwnIds() throws IOException {
        SampleRun.usual().write(directory);
        ReportWriter.write(directory);
        String html = read("report.html");

        assertThat(count(html, "<svg "))
                .isEqualTo(12)
                .isEqualTo(count(html, "role=\"img\""))
                .isEqualTo(count(html, "<details>"));
        List<String> ids = new ArrayList<>();
        Matcher matcher = Pattern.compile("\\bid=['\"]([^'\"]+)").matcher(html);
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(40);
        assertThat(html).doesNotContainPattern("rgb\\(\\d").doesNotContain("NaN");
    }

    @Test
    void verdictStandsFirstAndSimulatedCannotBeMissed() throws IOException {
        SampleRun.usual().write(directory);
        ReportWriter.write(directory);

        String html = read("report.html");
        assertThat(html.indexOf("SIMULATED")).isBetween(0, html.indexOf("PASSED</strong>"));
        assertThat(html.indexOf("PASSED</strong>")).isLessThan(html.indexOf("<h2"));
        assertThat(read("summary.md")).contains("SIMULATED");
        assertThat(read("junit.xml")).contains("SIMULATED");
    }

    @Test
    void percentileBelowItsFloorSaysWhatItNeeds() throws IOException {
        RunRecord run = SampleRun.usual().atRate(6, 30).write(directory);
        ReportWriter.write(directory);

        assertThat(read("report.html")).containsPattern("needs 662 \\(has 1\\d\\d\\)");
        assertThat(read("summary.md")).containsPattern("needs 662");
        assertThat(TextRenderer.render(run, directory, false))
                .containsPattern("p50 +p90 +p95 +p99")
                .contains("needs 662");
    }

    @Test
    void tableOfTheDistributionKeepsTheFloorsToo() throws IOException {
        SampleRun.usual().atRate(1, 20).write(directory);
        ReportWriter.write(directory);

        assertThat(read("report.html")).contains(">needs 64<").contains(">needs 24<");
    }

    @Test
    void hostileTextStaysText() throws Exception {
        RunStore.write(directory, Runs.aborted(HOSTILE));
        ReportWriter.write(directory);

        String html = read("report.html");
        assertThat(html)
                .doesNotContain("<script")
                .contains("&lt;script&gt;")
                .doesNotContain("[31m");
        assertThat(html).doesNotContainPattern("[\u0000\u001B\u202E\u2028]");
        // An indented block is code, in which nothing is markup.
        assertThat(read("summary.md").replaceAll("(?m)^    .*", ""))
                .doesNotContainPattern("(?<!\\\\)<script")
                .doesNotContain("[x](y)");
        Document junit = xml(read("junit.xml"));
        assertThat(junit.getDocumentElement().getAttribute("name")).contains("<script>");
        assertThat(TextRenderer.render(Runs.aborted(HOSTILE), directory, false))
                .doesNotContain("\u001B");
    }

    @Test
    void hostileTextInEveryFieldStaysText() throws IOException {
        SampleRun.usual().write(directory);
        Hostile.make(directory);
        ReportWriter.write(directory);
        ReportWriter.comparison(List.of(directory, directory), directory.resolve("out"));

        for (String name : List.of("report.html", "out/comparison.html")) {
            String html = read(name);
            assertThat(html)
                    .contains("&lt;script&gt;")
                    .doesNotContainPattern(
                            "(?i)<(script|img|a href=.?javascript|iframe|svg onload|meta http-equiv=r)")
                    .doesNotContainPattern("[\u0000\u001B\u202E\u2028]");
            assertThat(html.length()).isLessThan(2_000_000);
        }
        assertThat(read("report.html"))
                .contains("… (cut)")
                .contains("percentile spectrum")
                .contains("href=\"./logs/node-0/%3Cimg%20src=x%20onerror=window.ran=1%3E");
    }

    @Test
    void aTenMegabyteLineIsCut() throws IOException {
        RunStore.write(directory, Runs.aborted("x".repeat(10 << 20)));
        ReportWriter.write(directory);

        assertThat(read("report.html").length()).isLessThan(200_000);
        assertThat(read("report.html")).contains("… (cut)");
        assertThat(Files.size(directory.resolve("junit.xml"))).isLessThan(100_000);
    }

    @Test
    void anAbortedRunWithoutLoadHasAReport() throws Exception {
        RunStore.write(directory, Runs.aborted("Ray did not start on node-1: port 6379 is in use"));
        ReportWriter.write(directory);

        assertThat(read("report.html"))
                .contains(
                        "■ ABORTED</strong>: in step ClusterUp: Ray did not start on node-1: port 6379 is in use.")
                .contains("The steps of the run");
        Document junit = xml(read("junit.xml"));
        assertThat(junit.getDocumentElement().getAttribute("errors")).isEqualTo("1");
        assertThat(junit.getDocumentElement().getAttribute("skipped")).isEqualTo("2");
    }

    @Test
    void invalidIsAnErrorAndMissedLimitsAreFailures() throws Exception {
        RunRecord run = SampleRun.usual().write(directory);
        Reason late = new Reason("SEND_DELAY", "sendDelay p99 was 61 ms");
        RunStore.write(directory, Runs.as(run, false, Verdict.INVALID, late));
        ReportWriter.write(directory);
        assertThat(xml(read("junit.xml")).getDocumentElement().getAttribute("errors"))
                .isEqualTo("1");
        assertThat(read("report.html"))
                .contains("prove nothing: sendDelay p99 was 61 ms.")
                .doesNotContain("SIMULATED");

        RunStore.write(directory, Runs.as(run, false, Verdict.FAILED));
        ReportWriter.write(directory);
        assertThat(xml(read("junit.xml")).getDocumentElement().getAttribute("failures"))
                .isEqualTo("1");
        assertThat(read("report.html"))
                .contains("ttft.p99 was 2.31 s, the limit is 2 s")
                .contains("✗ missed");
    }

    @Test
    void tornFilesAreUsedAndNamed() throws IOException {
        SampleRun.usual().write(directory);
        for (String name : List.of("requests.csv.gz", "histograms.hlog", "timeseries.csv.gz")) {
            byte[] bytes = Files.readAllBytes(directory.resolve(name));
            Files.write(directory.resolve(name), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        }
        ReportWriter.write(directory);

        assertThat(read("report.html"))
                .contains("histograms.hlog ends in the middle")
                .contains("percentile spectrum");
    }

    @Test
    void hundredThousandRequestsFitInTwoMegabytes() throws IOException {
        SampleRun.usual().atRate(1_000, 100).write(directory);
        ReportWriter.write(directory);

        assertThat(Files.size(directory.resolve("report.html"))).isLessThan(2_000_000);
    }

    private static Document xml(String text) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }
}
