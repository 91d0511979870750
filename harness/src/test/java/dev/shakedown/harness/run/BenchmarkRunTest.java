package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkRunTest {
    private static final String VERSION_MISMATCH =
            "RuntimeError: Version mismatch: The cluster was started with:";

    @TempDir private Path folder;
    private final FakeProvider provider = new FakeProvider();
    private RunDirectory directory = new RunDirectory(Path.of(""));
    private RunOptions options = new RunOptions(Optional.empty());

    @BeforeEach
    void makeDirectory() {
        directory = RunDirectory.create(folder, "fake", Instant.now());
    }

    @Test
    void runWithoutEngineAndLoadPassesAfterItsLastStep() {
        RunOutcome outcome = run();

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(provider.calls)
                .containsExactly("preflight", "prepare", "up", "collectLogs", "down");
        assertThat(RunStore.read(directory.path()).verdict()).isEqualTo(Verdict.PASSED);
        assertThat(directory.path().resolve("report.html")).exists();
    }

    @Test
    void failedStepCollectsLogsBeforeTeardownAndNamesTheCause() throws IOException {
        provider.nodeLog = VERSION_MISMATCH + "\n";
        provider.whenUp =
                () -> {
                    throw new StepFailedException(
                            "node-b did not join", "node-b", List.of("it said no"), "look");
                };

        RunOutcome outcome = run();

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(outcome.record().reasons())
                .first()
                .isEqualTo(
                        new RunRecord.Reason("aborted.ClusterUp", "node-b did not join on node-b"));
        assertThat(provider.calls).endsWith("up", "collectLogs", "down");
        assertThat(Files.readString(directory.diagnosis())).contains("ray-version-mismatch");
        assertThat(outcome.cause()).isNotEmpty();
    }

    @Test
    void allocationThatIsNearlyOverLeavesLogsAndTeardownTheirTime() {
        List<String> hosts = List.of("gpu07");
        SshSpec ssh =
                new SshSpec(
                        hosts,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        SshSpec.DEFAULT_PYTHON,
                        Optional.empty(),
                        List.of(),
                        OptionalInt.empty(),
                        Optional.empty());
        Instant end = Instant.now().plus(Lent.KEPT);

        RunOutcome outcome =
                run(
                        RunScenarios.bringUpOnly(folder)
                                .on(
                                        ssh.in(
                                                hosts,
                                                List.of(),
                                                new SshSpec.Slurm(
                                                        SshSpec.Launcher.SSH,
                                                        "17",
                                                        0,
                                                        Optional.of(end)))));

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(outcome.record().reasons().getFirst().text()).contains("Slurm allocation ends");
        assertThat(provider.calls).endsWith("collectLogs", "down");
        assertThat(outcome.record().steps())
                .filteredOn(step -> step.step().equals("Down"))
                .singleElement()
                .matches(step -> step.event().equals("succeeded"));
    }

    @Test
    void bugInAStepStillTearsDownAndIsCalledABug() {
        provider.whenUp =
                () -> {
                    throw new IllegalStateException("oops");
                };

        RunOutcome outcome = run();

        assertThat(outcome.ending()).isInstanceOf(Ending.Bug.class);
        assertThat(directory.bug()).content().contains("in step ClusterUp", "oops");
        assertThat(provider.calls).endsWith("collectLogs", "down");
    }

    @Test
    void bugIsWrittenDownThoughTheResultCannotBe() {
        provider.whenUp =
                () -> {
                    throw new IllegalStateException("oops");
                };
        provider.whenDown = () -> replaceByAFolder(directory.path().resolve("run.json"));

        assertThat(run().ending()).isInstanceOf(Ending.Bug.class);
        assertThat(directory.bug()).content().contains("in step ClusterUp", "oops");
    }

    @Test
    void interruptTearsDownAndASecondOneDoesNotCutTheTeardownShort() throws InterruptedException {
        CountDownLatch upStarted = new CountDownLatch(1);
        CountDownLatch downStarted = new CountDownLatch(1);
        CountDownLatch letDownGo = new CountDownLatch(1);
        provider.whenUp = () -> waitFor(upStarted, new CountDownLatch(1));
        provider.whenDown = () -> waitFor(downStarted, letDownGo);
        RunOutcome[] outcome = new RunOutcome[1];
        Thread worker = Thread.ofPlatform().start(() -> outcome[0] = run());

        upStarted.await();
        worker.interrupt();
        downStarted.await();
        worker.interrupt();
        letDownGo.countDown();
        worker.join();

        assertThat(outcome[0].ending()).isEqualTo(new Ending.Interrupted("ClusterUp"));
        assertThat(outcome[0].record().verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(Files.exists(directory.path().resolve("report.html"))).isTrue();
    }

    @Test
    void teardownThatFailsMakesAGoodRunAborted() {
        provider.whenDown =
                () -> {
                    throw new StepFailedException(
                            "pid 42 is still there", "", List.of(), "shakedown down");
                };

        RunOutcome outcome = run();

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(outcome.record().reasons())
                .first()
                .extracting(RunRecord.Reason::code)
                .isEqualTo("aborted.Down");
    }

    @Test
    void resultThatCannotBeSavedIsStillThere() {
        provider.whenDown = () -> replaceByAFolder(directory.path().resolve("run.json"));

        RunOutcome outcome = run();

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(outcome.record().reasons())
                .first()
                .extracting(RunRecord.Reason::code)
                .isEqualTo("aborted.Record");
        assertThat(outcome.record().steps()).isNotEmpty();
    }

    @Test
    void logThatCannotBeMaskedIsANoteOfARunThatIsSaved() throws IOException {
        provider.nodeLog = "HF_TOKEN=hf_abcdefghijkl\n";
        Path inTheWay = directory.logs().resolve("node-a/ray.log.masked/in the way");
        provider.whenDown = () -> makeFolder(inTheWay);

        RunOutcome outcome = run();

        assertThat(outcome.record().verdict()).isEqualTo(Verdict.PASSED);
        assertThat(RunStore.read(directory.path()).reasons())
                .extracting(RunRecord.Reason::text)
                .anyMatch(text -> text.startsWith("logs/node-a/ray.log: removed, for it holds"));
        assertThat(directory.path().resolve("report.html")).content().contains("ray.log: removed");
    }

    @Test
    void whatAKilledRunLeavesIsReadableAndSaysSo() {
        provider.whenUp =
                () ->
                        assertThat(RunStore.read(directory.path()).reasons())
                                .extracting(RunRecord.Reason::code)
                                .containsExactly("unfinished");

        assertThat(run().record().verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void eventsAreOneLineAStepStartedAndEnded() throws IOException {
        run();

        assertThat(Files.readAllLines(directory.events()))
                .filteredOn(line -> line.contains("\"ClusterUp\""))
                .hasSize(2)
                .last()
                .asString()
                .contains("\"event\":\"succeeded\"");
    }

    @Test
    void eachCheckOfPreflightIsAnEventOfTheContract() throws IOException {
        run();

        assertThat(Files.readAllLines(directory.events()))
                .filteredOn(line -> line.contains("\"Preflight/gpu\""))
                .singleElement()
                .asString()
                .contains("\"event\":\"succeeded\"", "\"detail\":\"there\"");
    }

    @Test
    void stopsWhereALeftOutStepWouldHaveBeen() {
        options = new RunOptions(Optional.of("ModelReady"));
        run();
        assertThat(provider.calls).doesNotContain("up");

        provider.calls.clear();
        options = new RunOptions(Optional.of("Smoke"));
        run();
        assertThat(provider.calls).contains("up");
    }

    private RunOutcome run() {
        return run(RunScenarios.bringUpOnly(folder));
    }

    private RunOutcome run(Scenario scenario) {
        return new BenchmarkRun(scenario, directory, new SilentListener(), options)
                .execute(provider);
    }

    /** As a full or broken disk does, this keeps the file from being written, also for root. */
    private static void replaceByAFolder(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        makeFolder(file.resolve("in the way"));
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void waitFor(CountDownLatch started, CountDownLatch letGo) {
        started.countDown();
        try {
            letGo.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted", "", List.of(), "");
        }
    }
}
