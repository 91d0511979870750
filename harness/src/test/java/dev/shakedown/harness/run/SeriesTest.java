package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.reports.run.SeriesSummary;
import dev.shakedown.reports.run.SeriesSummary.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several loads in one run, on the virtual clock. */
class SeriesTest {
    @TempDir Path folder;

    @Test
    void aSweepMakesEachLoadOnceAndKeepsAllOfThem() throws IOException {
        RunOutcome outcome =
                run("sweep: { rates: [5/s, 40/s, 10/s] }", "limits: { tpot.p50: 9ms }");

        SeriesSummary series = outcome.record().series().orElseThrow();
        assertThat(series.loads()).extracting(Load::asked).containsExactly("5/s", "40/s", "10/s");
        assertThat(series.loads())
                .extracting(Load::verdict)
                .containsExactly(Verdict.PASSED, Verdict.FAILED, Verdict.PASSED);
        assertThat(outcome.record().verdict()).isEqualTo(Verdict.FAILED);
        for (Load load : series.loads()) {
            Path directory = outcome.directory().path().resolve(load.directory());
            RunRecord one = RunStore.read(directory);
            assertThat(one.scenario().get("load").toString()).contains("poisson=" + load.asked());
            assertThat(one.offered()).isPositive();
            assertThat(one.rates()).containsEntry("requests/s", load.completed());
            assertThat(directory.resolve("report.html")).isNotEmptyFile();
            assertThat(Gunzip.lines(directory.resolve("requests.csv.gz"))).hasSizeGreaterThan(20);
        }
        assertThat(Files.readString(outcome.directory().path().resolve("report.html")))
                .contains("Latency over the offered rate", "40/s");
    }

    @Test
    void aSweepOfUsersIsDrawnOverTheirNumber() throws IOException {
        RunOutcome outcome = run("sweep: { users: [2, 8] }", "");

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(Files.readString(outcome.directory().path().resolve("report.html")))
                .contains("Throughput over the number of users", "8 users");
    }

    @Test
    void whereNotEvenTheLowestRateHoldsTheLimitIsMissed() {
        RunOutcome outcome =
                run("findCapacity: { from: 5/s, to: 50/s }", "limits: { tpot.p50: 1ms }");

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.FAILED);
        assertThat(outcome.record().rates()).doesNotContainKey("capacity.requests/s");
        assertThat(outcome.record().series().orElseThrow().text())
                .startsWith("no rate was found that holds: 5 requests/s do not (5 of 5 loads");
    }

    private RunOutcome run(String arrivals, String limits) {
        Scenario scenario =
                RunScenarios.of(
                        folder,
                        """
                        schemaVersion: 1
                        name: series
                        question: How much does it take?
                        cluster: { provider: simulated, nodes: 1, gpusPerNode: 1, gpu: H100, clock: virtual }
                        engine: { model: meta-llama/Llama-3.1-8B-Instruct, args: [--max-model-len=8192] }
                        smoke: off
                        load:
                          arrivals: { %s }
                          prompts: { inputTokens: 500, outputTokens: 100, seed: 7 }
                          warmUp: 5s
                          duration: 20s
                        %s
                        """
                                .formatted(arrivals, limits));
        RunDirectory directory =
                RunDirectory.create(folder.resolve("runs"), scenario.name(), Instant.now());
        return new BenchmarkRun(
                        scenario, directory, new SilentListener(), new RunOptions(Optional.empty()))
                .execute();
    }
}
