package dev.shakedown.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.regression.Deltas;
import dev.shakedown.reports.regression.Regression;
import dev.shakedown.reports.render.RegressionReport;
import dev.shakedown.reports.render.RegressionText;
import dev.shakedown.reports.view.RegressionBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whole run directories in, all formats out. */
class RegressionReportTest {
    private static final String HOSTILE = "2.28.1 <script>alert(1)</script> \u001b[31m \u202e";
    private static final List<Path> BEFORE = new ArrayList<>();
    private static final List<Path> AFTER = new ArrayList<>();

    @TempDir private static Path folder;

    @BeforeAll
    static void sixPairsOfWhichTheSecondIsSlower() throws IOException {
        for (int i = 0; i < 6; i++) {
            BEFORE.add(run(2 * i, i, 21, "2.27.3"));
            AFTER.add(run(2 * i + 1, i, 24, HOSTILE));
        }
    }

    @Test
    void theSentenceSaysHowMuchWhereAndWhatElseChanged() {
        String text = RegressionText.render(report(), false);

        assertThat(text)
                .startsWith("? INCONCLUSIVE 2x8-tp8-pp2, 6 pairs of runs: TPOT p50 +14.")
                .contains("at all percentiles: every step")
                .contains("nccl 2.27.3 → 2.28.1")
                .contains("between the runs")
                .contains("SIMULATED")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    void latenciesShownAreThoseOfTheMergedHistograms() {
        RegressionReport report = report();

        RegressionReport.Row tail =
                report.rows().stream()
                        .filter(row -> row.result().metric().name().equals("ttft.intended.p99"))
                        .findFirst()
                        .orElseThrow();
        assertThat(tail.baseline())
                .isNotEqualTo(tail.result().baseline())
                .isEqualTo(report.shifts().getFirst().points().getLast().baselineMs());
    }

    @Test
    void thePageRunsAndFetchesNothing() throws IOException {
        String html = Files.readString(ReportWriter.regression(report(), folder.resolve("out")));

        assertThat(html.replace("http://www.w3.org/2000/svg", ""))
                .doesNotContainPattern("https?://|<script");
        assertThat(html.split("id='", -1)).doesNotHaveDuplicates();
        assertThat(html)
                .contains("What changed, and how sure that is")
                .contains("TTFT: where it moved")
                .contains("Mann-Whitney")
                .contains("SIMULATED")
                .doesNotContain("NaN");
        assertThat(html.length()).isLessThan(2_000_000);
    }

    @Test
    void aPullRequestAndACiSystemGetTheirs() throws IOException {
        ReportWriter.regression(report(), folder.resolve("out"));

        assertThat(Files.readString(folder.resolve("out/compare.md")))
                .contains("**? INCONCLUSIVE**")
                .contains("| TPOT p50 (ms) |")
                .contains("\\<script\\>");
        assertThat(Files.readString(folder.resolve("out/compare.junit.xml")))
                .contains("errors=\"2\"")
                .contains(
                        "<testcase classname=\"SIMULATED compare 2x8-tp8-pp2\" name=\"tpot.p50\"><error");
    }

    @Test
    void runsOfAnotherEnvironmentGetNoNumbers() {
        RegressionReport report =
                RegressionBuilder.compare(Regression.with(Deltas.defaults()), BEFORE, AFTER);

        assertThat(report.rows()).isEmpty();
        assertThat(report.figures()).isEmpty();
        assertThat(report.sentence()).contains("the runs differ in nccl");
        assertThat(report.next()).contains("--factor nccl");
    }

    private static RegressionReport report() {
        return RegressionBuilder.compare(
                Regression.with(Deltas.defaults()).factors(Set.of("nccl")), BEFORE, AFTER);
    }

    private static Path run(int minute, int seed, double tpotMs, String nccl) throws IOException {
        Path directory = folder.resolve("run-" + minute);
        SampleRun usual = SampleRun.usual();
        new SampleRun(seed, 30, 30, usual.shape(), 180, tpotMs).write(directory);
        Path file = directory.resolve("run.json");
        ObjectNode run = (ObjectNode) JsonMapper.shared().readTree(Files.readString(file));
        run.put("id", "run-" + minute).put("startedAt", "2026-11-28T02:%02d:00Z".formatted(minute));
        ((ObjectNode) run.path("fingerprint")).put("nccl", nccl);
        Files.writeString(file, run.toString());
        return directory;
    }
}
