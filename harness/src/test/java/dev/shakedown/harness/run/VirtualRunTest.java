package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.GpuSummary;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualRunTest {
    private static final String OPEN_LOOP = "poisson: 12/s";
    private static final String PROMPTS =
            "prompts: { inputTokens: { uniform: { min: 50, max: 500 } }, outputTokens: 60, seed: 7 }";
    private static final String MODEL = "meta-llama/Llama-3.1-8B-Instruct";

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {OPEN_LOOP, "closedLoop: 20"})
    void sameSeedSameFileOfRequestsToTheLastBit(String arrivals) throws IOException {
        RunOutcome first = run("", arrivals, 120);
        RunOutcome second = run("", arrivals, 120);

        assertThat(requests(first)).hasSizeGreaterThan(1300);
        assertThat(file(second)).hasBinaryContent(Files.readAllBytes(file(first)));
    }

    /** When each is due after the first one, how long its prompt is, and how long its answer. */
    @Test
    void drawsTheRequestsOfARunInRealTime() {
        RunOutcome virtual = run("", "poisson: 20/s", 1);
        RunOutcome real = run(scenario("", "poisson: 20/s", 1, MODEL, "wall"));

        assertThat(drawn(virtual)).hasSizeGreaterThan(80).isEqualTo(drawn(real));
    }

    @Test
    void twoMinutesLeaveARecordLikeOthers() {
        RunOutcome outcome = run("", OPEN_LOOP, 120);
        RunRecord record = outcome.record();

        assertThat(record.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(record.validity()).isEqualTo(Validity.VALID);
        assertThat(record.outcomes()).containsOnlyKeys("Completed");
        assertThat(record.fingerprint()).containsEntry("clock", "virtual");
        assertThat(record.rates()).doesNotContainKeys("startUp.engine.s", "roundTrip.s");
        assertThat(record.metrics()).containsKey("ttft.intended").doesNotContainKey("sendDelay");
        assertThat(record.fingerprint()).doesNotContainKeys("client.cores", "client.java");
        assertThat(Duration.ofNanos(record.phases().getLast().endNs()))
                .isBetween(Duration.ofSeconds(125), Duration.ofSeconds(140));
        assertThat(outcome.directory().path().resolve("report.html")).isNotEmptyFile();
        assertThat(lines(outcome, "timeseries.csv.gz"))
                .anyMatch(line -> line.contains("vllm:num_requests_running"))
                .anyMatch(line -> line.contains(",dcgm,gpu_power_watts,node=sim-node-1;gpu=0;"));
        GpuSummary gpus = record.gpus().orElseThrow();
        assertThat(gpus.source()).isEqualTo("dcgm");
        assertThat(gpus.findings()).isEmpty();
        assertThat(gpus.gpus()).allMatch(gpu -> gpu.watts().orElse(0.0) > 200);
    }

    /** What was said before is found as far as it fills blocks, and nothing else. */
    @ParameterizedTest
    @ValueSource(strings = {"poisson: 4/s", "closedLoop: 20"})
    void laterTurnsOfSessionsFindTheirHistoryInThePrefixCache(String arrivals) throws IOException {
        RunOutcome outcome = run(sessions(arrivals));
        RunRecord record = outcome.record();

        assertThat(record.validity()).isEqualTo(Validity.VALID);
        assertThat(record.rates().get("prefixCache.hitRatio"))
                .isGreaterThan(0.5)
                .isEqualTo(record.rates().get("prefixCache.expectedHitRatio"));
        assertThat(record.metrics()).containsKeys("ttft.firstTurn", "ttft.laterTurns");
        assertThat(record.rates().get("sessions.turns"))
                .isGreaterThan(2 * record.rates().get("sessions"));
        assertThat(file(run(sessions(arrivals))))
                .hasBinaryContent(Files.readAllBytes(file(outcome)));
    }

    private Scenario sessions(String arrivals) {
        return scenario(
                "prompts: { inputTokens: { uniform: { min: 50, max: 500 } }, outputTokens: 60,"
                        + " sessions: { turns: { uniform: { min: 2, max: 6 } }, think: 1s } }",
                arrivals,
                60,
                MODEL,
                "virtual");
    }

    /** Requests that are served together wait together: the more there are, the less each tells. */
    @Test
    void busyEngineGivesFewerIndependentSamplesAndStaysValid() {
        RunRecord calm = run("", "poisson: 2/s", 120).record();
        RunRecord busy = run("", "poisson: 30/s", 120).record();

        assertThat(independentShare(busy)).isLessThan(independentShare(calm) / 2);
        assertThat(busy.validity()).isEqualTo(Validity.VALID);
    }

    @Test
    void usersOfAClosedLoopAskAgainWhenTheirAnswerIsThere() {
        RunOutcome outcome = run("", "closedLoop: 3", 30);

        List<String> rows = requests(outcome);
        assertThat(rows).hasSizeGreaterThan(20);
        assertThat(outcome.record().outcomes()).containsOnlyKeys("Completed");
    }

    /** In flight never goes beyond the cap, and what waits for it keeps its intended time. */
    @Test
    void theCapHoldsBackWhatIsTooMuch() {
        RunOutcome outcome = run("maxInFlight: 4", "constant: 40/s", 20);

        assertThat(outcome.record().reasons())
                .anySatisfy(reason -> assertThat(reason.code()).isEqualTo("cap"));
        assertThat(lines(outcome, "timeseries.csv.gz"))
                .filteredOn(line -> line.contains("client,in_flight"))
                .isNotEmpty()
                .allSatisfy(
                        line ->
                                assertThat(
                                                Double.parseDouble(
                                                        line.substring(line.lastIndexOf(',') + 1)))
                                        .isLessThanOrEqualTo(4));
        assertThat(requests(outcome).stream().skip(1).map(row -> row.split(",", -1)))
                .anyMatch(row -> Long.parseLong(row[3]) > Long.parseLong(row[2]));
    }

    @Test
    void aModelThatDoesNotFitEndsTheRunWithVllmsMessage() {
        RunOutcome outcome = run("", OPEN_LOOP, 10, "meta-llama/Llama-3.1-405B-Instruct");

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(outcome.record().reasons().toString()).contains("EngineUp");
        assertThat(outcome.ending())
                .isInstanceOfSatisfying(
                        Ending.Failed.class,
                        failed ->
                                assertThat(failed.failure().evidence().toString())
                                        .contains("CUDA out of memory"));
    }

    private static double independentShare(RunRecord run) {
        MetricSummary tpot = run.metrics().get("tpot");
        return tpot.percentiles().get("p50").effective().orElseThrow() / (double) tpot.count();
    }

    private RunOutcome run(String more, String arrivals, int seconds) {
        return run(more, arrivals, seconds, MODEL);
    }

    private RunOutcome run(String more, String arrivals, int seconds, String model) {
        return run(scenario(more, arrivals, seconds, model, "virtual"));
    }

    private Scenario scenario(
            String more, String arrivals, int seconds, String model, String clock) {
        return RunScenarios.of(
                folder,
                """
                        schemaVersion: 1
                        name: virtual
                        question: What would it do?
                        cluster: { provider: simulated, nodes: 1, gpusPerNode: 1, gpu: H100, clock: %s }
                        engine: { model: %s }
                        smoke: off
                        load:
                          arrivals: { %s }
                          %s
                          warmUp: 5s
                          duration: %ds
                          %s
                        """
                        .formatted(
                                clock,
                                model,
                                arrivals,
                                more.startsWith("prompts") ? more : PROMPTS,
                                seconds,
                                more.startsWith("prompts") ? "" : more));
    }

    private RunOutcome run(Scenario scenario) {
        RunDirectory directory =
                RunDirectory.create(folder.resolve("runs"), scenario.name(), Instant.now());
        return new BenchmarkRun(
                        scenario, directory, new SilentListener(), new RunOptions(Optional.empty()))
                .execute();
    }

    private static List<String> drawn(RunOutcome outcome) {
        List<String[]> rows = requests(outcome).stream().skip(1).map(r -> r.split(",")).toList();
        long first = Long.parseLong(rows.getFirst()[2]);
        return rows.stream()
                .map(r -> (Long.parseLong(r[2]) - first) + " " + r[10] + " " + r[11])
                .toList();
    }

    private static Path file(RunOutcome outcome) {
        return outcome.directory().path().resolve("requests.csv.gz");
    }

    private static List<String> requests(RunOutcome outcome) {
        return lines(outcome, "requests.csv.gz");
    }

    private static List<String> lines(RunOutcome outcome, String file) {
        return Gunzip.lines(outcome.directory().path().resolve(file));
    }
}
