package dev.shakedown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code compare} from outside: which runs an argument names, what is printed, the exit code. */
class CompareCommandTest {
    private static final double[] NOISE = {1.2, -.2, .5, 2.1, -1.1, 0};

    @TempDir private Path folder;

    @BeforeEach
    void sixRunsOfEach() throws IOException {
        group("base", 0, 100, "0.31.0");
        group("same", 1, 100, "0.31.0");
        group("slow", 1, 106, "0.31.0");
        group("new", 1, 95, "0.32.0");
    }

    @Test
    void foldersOfEquivalentRunsExitWith0() {
        Captured compared = compare("base", "same");

        assertThat(compared.exit()).isZero();
        assertThat(compared.out())
                .startsWith("✓ EQUIVALENT night, 6 pairs of runs: nothing changed")
                .contains("TPOT p50 (ms)")
                .contains("Mann-Whitney");
    }

    @Test
    void aSuspicionExitsWith4AndSaysWhatToRun() {
        Captured compared = compare("base", "slow");

        assertThat(compared.exit()).isEqualTo(4);
        assertThat(compared.out())
                .startsWith("? INCONCLUSIVE")
                .contains("it is not confirmed yet")
                .contains("next: take 6 fresh runs of each");
    }

    @Test
    void twelvePairsConfirmARegressionWhichExitsWith1() throws IOException {
        group("more", 20, 100, "0.31.0");
        group("moreSlow", 21, 106, "0.31.0");

        Captured compared =
                Captured.main(
                        "compare",
                        path("base") + "," + path("more"),
                        path("slow") + "," + path("moreSlow"));

        assertThat(compared.exit()).isEqualTo(1);
        assertThat(compared.out())
                .startsWith("✗ REGRESSED night, 12 pairs of runs: TPOT p50 +6.00 %")
                .contains("6 fresh pairs confirm it");
    }

    @Test
    void anotherVersionIsNotComparableUnlessItIsTheFactor() {
        Captured refused = compare("base", "new");

        assertThat(refused.exit()).isEqualTo(4);
        assertThat(refused.out())
                .startsWith("≠ NOT_COMPARABLE")
                .contains("vllm (0.31.0 → 0.32.0)")
                .contains("--factor vllm");

        Captured allowed = Captured.main("compare", path("base"), path("new"), "--factor", "vllm");

        assertThat(allowed.exit()).isZero();
        assertThat(allowed.out())
                .startsWith("▲ IMPROVED")
                .contains("vllm 0.31.0 → 0.32.0 between the runs");
    }

    @Test
    void scriptsGetTheAgreedShape() {
        Captured compared = Captured.main("compare", path("base"), path("slow"), "--json");

        JsonNode json = JsonMapper.shared().readTree(compared.out());
        assertThat(json.path("verdict").asString()).isEqualTo("INCONCLUSIVE");
        JsonNode tpot = json.path("metrics").get(2);
        assertThat(tpot.path("name").asString()).isEqualTo("tpot.p50");
        assertThat(tpot.path("unit").asString()).isEqualTo("ms");
        assertThat(tpot.path("change").asDouble()).isBetween(.059, .061);
        assertThat(tpot.path("interval").get(0).asDouble()).isLessThan(.061);
        assertThat(tpot.path("suspected").asBoolean()).isTrue();
        assertThat(json.path("baseline")).hasSize(6);
    }

    @Test
    void oneRunAgainstOneHasNoPAndNoInterval() {
        Captured compared =
                Captured.main(
                        "compare", path("base") + "/run-0", path("slow") + "/run-0", "--json");

        JsonNode tpot = JsonMapper.shared().readTree(compared.out()).path("metrics").get(2);
        assertThat(compared.exit()).isEqualTo(4);
        assertThat(tpot.path("p").isNull()).isTrue();
        assertThat(tpot.path("interval").isNull()).isTrue();
        assertThat(tpot.path("why").asString()).contains("one run against one");
    }

    @Test
    void aPatternNamesRuns() {
        Captured compared = Captured.main("compare", path("base") + "/run-*", path("same") + "/*");

        assertThat(compared.exit()).isZero();
        assertThat(compared.out()).contains("6 pairs of runs");
    }

    @Test
    void aReportIsWrittenWhereItIsAskedFor() {
        Path out = folder.resolve("out");

        Captured compared =
                Captured.main("compare", path("base"), path("slow"), "--report", out.toString());

        assertThat(compared.out()).contains(out.resolve("compare.html").toString());
        assertThat(out.resolve("compare.html")).exists();
        assertThat(out.resolve("compare.md")).exists();
        assertThat(out.resolve("compare.json")).exists();
        assertThat(out.resolve("compare.junit.xml")).exists();
    }

    @Test
    void whatIsNoGroupIsAUsageError() throws IOException {
        assertThat(Captured.main("compare", path("nowhere"), path("base")))
                .satisfies(c -> assertThat(c.exit()).isEqualTo(2))
                .satisfies(c -> assertThat(c.err()).contains("no run here"));
        assertThat(Captured.main("compare", path("base"), path("same"), path("slow")))
                .satisfies(c -> assertThat(c.exit()).isEqualTo(2))
                .satisfies(c -> assertThat(c.err()).contains("two groups of runs, not 3"));
        assertThat(compare("base", "base"))
                .satisfies(c -> assertThat(c.exit()).isEqualTo(2))
                .satisfies(c -> assertThat(c.err()).contains("is in both groups"));
        run(folder.resolve("base/other"), "other", 3, 100, "0.31.0");
        assertThat(compare("base", "same"))
                .satisfies(c -> assertThat(c.exit()).isEqualTo(2))
                .satisfies(c -> assertThat(c.err()).contains("runs of 2 scenarios (night, other)"));
    }

    private Captured compare(String baseline, String candidate) {
        return Captured.main("compare", path(baseline), path(candidate));
    }

    private String path(String group) {
        return folder.resolve(group).toString();
    }

    private void group(String name, int offset, double tpot, String vllm) throws IOException {
        for (int i = 0; i < NOISE.length; i++) {
            Path run = folder.resolve(name).resolve("run-" + i);
            run(run, "night", 2 * i + offset, tpot * (1 + NOISE[i] / 1_000), vllm);
        }
    }

    private static void run(Path directory, String scenario, int minute, double tpot, String vllm)
            throws IOException {
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("run.json"),
                String.format(
                        Locale.ROOT,
                        """
                        {"schemaVersion":1,"id":"%s","scenarioName":"%s","simulated":false,"verdict":"PASSED",
                         "startedAt":"2026-11-28T01:%02d:00Z","fingerprint":{"vllm":"%s"},
                         "offered":1000,"outcomes":{"Completed":1000},
                         "rates":{"outputTokens/s":900.0,"requests/s":5.0},
                         "metrics":{"tpot":{"count":1000,"mean":1,"min":1,"max":1,"p50":%d}}}
                        """,
                        directory,
                        scenario,
                        minute,
                        vllm,
                        (long) (tpot * 1e6)));
    }
}
