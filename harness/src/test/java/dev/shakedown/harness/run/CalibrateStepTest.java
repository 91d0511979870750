package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.reports.run.FloorSummary.Added;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.measure.RunClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateStepTest {
    private static final Instant NOW = Instant.now();
    private static final FloorSummary FLOOR =
            new FloorSummary(
                    NOW,
                    150,
                    5100,
                    new Added(600_000, 3_000_000),
                    Optional.of(new Added(0, 900_000)));

    @TempDir Path folder;
    private final List<CalibrationLoad> measured = new ArrayList<>();
    private EventLog events;
    private RunContext run;
    private FloorCache cache;

    @BeforeEach
    void begin() {
        RunDirectory directory = RunDirectory.create(folder, "calibrate", NOW);
        RunClock clock = RunClock.startNow();
        events = new EventLog(directory.events(), clock);
        run =
                new RunContext(
                        scenario("calibration: on"),
                        directory,
                        events,
                        new SilentListener(),
                        new RunContext.Wiring(clock, new FakeProvider()));
        cache = new FloorCache(folder.resolve("floor"), "4 cores; Java 25");
    }

    @AfterEach
    void end() {
        events.close();
    }

    @Test
    void floorIsMeasuredOnceAndKeptForTheNextRun() throws Exception {
        step(new SelfCalibration.Measured(FLOOR, true)).execute(run);
        run.floor(new FloorSummary(NOW, 1, 1, new Added(0, 0), Optional.empty()));
        Step.Result again = step(new SelfCalibration.Measured(FLOOR, true)).execute(run);

        assertThat(measured).hasSize(1);
        assertThat(run.floor()).contains(FLOOR);
        assertThat(((Step.Done) again).detail())
                .startsWith("this client adds 0.60 ms / 3.00 ms to TTFT, 0.00 ms / 0.90 ms to gaps")
                .contains("150 requests/s and 5,100 tokens/s, measured ");
        assertThat(RunRecorder.record(run, Ending.COMPLETE).floor()).contains(FLOOR);
    }

    @Test
    void floorOfABusyMachineIsNotKept() throws Exception {
        for (int i = 0; i < 2; i++) {
            Step.Result result = step(new SelfCalibration.Measured(FLOOR, false)).execute(run);
            assertThat(((Step.Done) result).detail()).contains("on a busy machine");
        }
        assertThat(measured).hasSize(2);
        assertThat(run.floor()).contains(FLOOR);
    }

    @Test
    void anotherClientAndAnotherLoadAndAnOldFloorAreMeasuredAgain() {
        CalibrationLoad load = CalibrationLoad.of(run.scenario().load().orElseThrow());
        CalibrationLoad larger =
                new CalibrationLoad(300, load.outputTokens(), load.inputTokens(), load.api());
        cache.keep(load, FLOOR);

        assertThat(cache.find(load, NOW)).contains(FLOOR);
        assertThat(cache.find(larger, NOW)).isEmpty();
        assertThat(cache.find(load, NOW.plus(Duration.ofDays(31)))).isEmpty();
        FloorCache other = new FloorCache(folder.resolve("floor"), "2 cores; Java 25");
        assertThat(other.find(load, NOW)).isEmpty();
    }

    @Test
    void keptFileThatIsTornIsAsGoodAsNone() throws IOException {
        CalibrationLoad load = CalibrationLoad.of(run.scenario().load().orElseThrow());
        cache.keep(load, FLOOR);
        for (String torn : List.of("", "{\"client\":\"4 co", "{}", "[]", "null")) {
            try (Stream<Path> files = Files.list(folder.resolve("floor"))) {
                Files.writeString(files.findFirst().orElseThrow(), torn);
            }
            assertThat(cache.find(load, NOW)).as(torn).isEmpty();
        }
    }

    @Test
    void loadBeyondTheClientIsRefusedAndNotRemembered() {
        SelfCalibration.Beyond beyond =
                new SelfCalibration.Beyond("it adds a lot", List.of("2 cores"));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> step(beyond).execute(run))
                    .isInstanceOfSatisfying(
                            StepFailedException.class,
                            refused -> {
                                assertThat(refused.what())
                                        .contains("this client cannot make such a load")
                                        .endsWith("it adds a lot");
                                assertThat(refused.evidence()).containsExactly("2 cores");
                                assertThat(refused.next())
                                        .contains("more cores", "lower rate", "calibration=off");
                            });
        }
        assertThat(measured).hasSize(2);
    }

    @Test
    void refusedLoadIsNoUnusableCluster() {
        StepFailedException refused = new StepFailedException("beyond", "", List.of(), "");
        assertThat(grade("Calibrate", refused)).isEqualTo(RunOutcome.Grade.NOT_TRUSTED);
        assertThat(grade("ClusterUp", refused)).isEqualTo(RunOutcome.Grade.NOT_USABLE);
    }

    @Test
    void serverThatCannotBeHadIsANoteAndTheRunGoesOn() throws Exception {
        CalibrateStep step =
                new CalibrateStep(
                        run.scenario().load().orElseThrow(),
                        cache,
                        _ -> {
                            throw new StepFailedException("no server", "", List.of(), "");
                        });
        assertThat(step.execute(run)).isEqualTo(new Step.Skipped("no server"));
        assertThat(run.notes()).contains(new Reason("note", "not calibrated: no server"));
        assertThat(run.floor()).isEmpty();
    }

    @Test
    void limitThatIsMostlyTheClientsOwnIsNoted() throws Exception {
        step(new SelfCalibration.Measured(FLOOR, true)).execute(run);
        assertThat(run.notes())
                .extracting(Reason::text)
                .singleElement()
                .asString()
                .startsWith("ttft.p99: of its limit 50 ms this client takes up to 3.00 ms");
    }

    @Test
    void whoIsMeasuredDependsOnWhoMakesTheLoad() {
        assertThat(scenario("calibration: on").calibrates()).isTrue();
        assertThat(scenario("calibration: auto").calibrates()).as("simulated").isFalse();
        Scenario attached =
                RunScenarios.of(
                        folder,
                        """
                        schemaVersion: 1
                        name: attached
                        question: Does it hold?
                        cluster: { provider: attach, nodes: 1, gpusPerNode: 1 }
                        attach: { baseUrl: "http://127.0.0.1:9" }
                        load:
                          arrivals: { poisson: 5/s }
                          prompts: { inputTokens: 10, outputTokens: 10 }
                          duration: 30s
                        """);
        assertThat(attached.calibrates()).isTrue();
    }

    private CalibrateStep step(SelfCalibration.Outcome outcome) {
        return new CalibrateStep(
                run.scenario().load().orElseThrow(),
                cache,
                load -> {
                    measured.add(load);
                    return outcome;
                });
    }

    private RunOutcome.Grade grade(String step, StepFailedException failure) {
        Ending ending = new Ending.Failed(step, failure);
        RunRecord record = RunRecorder.record(run, ending);
        return new RunOutcome(run.directory(), record, ending, List.of(), Optional.empty()).grade();
    }

    private Scenario scenario(String calibration) {
        return RunScenarios.of(
                folder,
                """
                schemaVersion: 1
                name: calibrated
                question: Does it hold?
                cluster: { provider: simulated, nodes: 1, gpusPerNode: 1, gpu: H100-SXM-80GB }
                engine: { model: m }
                smoke: off
                load:
                  arrivals: { constant: 14/s }
                  prompts: { inputTokens: 1000, outputTokens: 256 }
                  duration: 30s
                  %s
                limits: { ttft.p99: 50ms, icl.p99: 50ms }
                """
                        .formatted(calibration));
    }
}
