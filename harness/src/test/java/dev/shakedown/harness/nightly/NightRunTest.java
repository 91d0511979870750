package dev.shakedown.harness.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.run.Ending;
import dev.shakedown.harness.run.RunDirectory;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.run.RunOutcome;
import dev.shakedown.harness.run.RunOutcome.Grade;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.Suite;
import dev.shakedown.harness.scenario.SuiteFile;
import dev.shakedown.harness.scenario.SuiteLoader;
import dev.shakedown.reports.render.SuiteReport;
import dev.shakedown.reports.render.SuiteVerdict;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A night's order, its way through failures and a kill, with runs that are made up. */
class NightRunTest {
    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: %s
            question: Does it hold?
            cluster: { provider: simulated, nodes: 1, gpusPerNode: 8, clock: virtual }
            engine: { model: builtin:tiny }
            load:
              arrivals: { poisson: 25/s }
              prompts: { inputTokens: 100, outputTokens: 10 }
              duration: 30s
            """;

    @TempDir private Path folder;
    private Suite suite;
    private final List<String> said = new ArrayList<>();
    private final List<String> started = new ArrayList<>();

    /** How the n-th run ends, and what it measures times; by default well. */
    private IntFunction<String> fate = n -> "PASSED";

    private double slowCandidate = 1;
    private Optional<Duration> budget = Optional.empty();

    /** Beyond its end the process is gone. */
    private int killedAt = Integer.MAX_VALUE;

    /** After so many starts nothing more is wanted. */
    private int stopAfter = Integer.MAX_VALUE;

    @BeforeEach
    void writeSuite() throws IOException {
        Files.writeString(folder.resolve("one.yaml"), SCENARIO.formatted("one"));
        Files.writeString(folder.resolve("two.yaml"), SCENARIO.formatted("two"));
        suite = suite("[one.yaml]");
    }

    @Test
    void aNightWithoutAChangeIsQuiet() {
        NightRun.Outcome night = night(false);
        assertThat(night.report().verdict())
                .as(night.text(false))
                .isEqualTo(SuiteVerdict.EQUIVALENT);
        assertThat(night.grade()).isEqualTo(Grade.PASSED);
        assertThat(started).hasSize(2 + 12);
        assertThat(night.directory().resolve("report.html")).isNotEmptyFile();
        assertThat(night.directory().resolve("summary.md")).isNotEmptyFile();
        assertThat(night.directory().resolve("junit.xml")).isNotEmptyFile();
    }

    @Test
    void whatLooksWorseIsMeasuredOnceMoreOnFreshPairs() {
        slowCandidate = 1.08;
        NightRun.Outcome night = night(false);
        assertThat(night.report().verdict())
                .as(night.text(false))
                .isEqualTo(SuiteVerdict.REGRESSED);
        assertThat(night.grade()).isEqualTo(Grade.LIMIT_MISSED);
        assertThat(started).hasSize(2 + 12 + 12);
        assertThat(night.text(false)).contains("6 fresh pairs confirm it");
    }

    @Test
    void aNightThatWasKilledGoesOnWhereItStopped() {
        slowCandidate = 1.08;
        for (int kill : new int[] {1, 5, 15}) {
            killedAt = started.size() + kill;
            boolean first = started.isEmpty();
            assertThatThrownBy(() -> night(!first)).isInstanceOf(Killed.class);
        }
        killedAt = Integer.MAX_VALUE;
        NightRun.Outcome night = night(true);
        assertThat(night.report().verdict()).isEqualTo(SuiteVerdict.REGRESSED);
        // Each start of the night once, and the three that a kill took.
        assertThat(started).hasSize(2 + 12 + 12 + 3);
        assertThat(said)
                .filteredOn(line -> line.contains("was killed, it is made again"))
                .hasSize(3);
        assertThat(night.report().parts().getFirst().runs()).hasSize(26);
        assertThatThrownBy(() -> night(true))
                .isInstanceOf(NightRefusedException.class)
                .hasMessageContaining("was left unfinished");
    }

    /** Killed after its last file was written: it counts. */
    @Test
    void aRunThatEndedBeforeTheKillIsNotMadeAgain() {
        NightRun.Outcome whole = night(false);
        List<NightEvent> log = NightLog.read(whole.directory());
        int lastEnd =
                log.lastIndexOf(
                        log.stream().filter(NightEvent.Ended.class::isInstance).toList().getLast());
        rewrite(whole.directory(), log.subList(0, lastEnd));
        NightRun.Outcome again = night(true);
        assertThat(started).hasSize(2 + 12);
        assertThat(again.report().verdict()).isEqualTo(SuiteVerdict.EQUIVALENT);
    }

    @Test
    void anInvalidRunIsReplacedOnceAndTheNightSaysSo() {
        fate = n -> n == 4 ? "INVALID" : "PASSED";
        NightRun.Outcome night = night(false);
        assertThat(started).hasSize(2 + 12 + 1);
        assertThat(night.report().verdict()).isEqualTo(SuiteVerdict.EQUIVALENT);

        fate = n -> n == 4 || n == 5 ? "INVALID" : "PASSED";
        started.clear();
        NightRun.Outcome twice = night(false);
        assertThat(started).hasSize(2 + 12 + 1);
        assertThat(twice.text(false)).contains("does not count, INVALID: the client stalled");
    }

    @Test
    void aNightOfInvalidRunsDecidesNothing() {
        fate = n -> "INVALID";
        NightRun.Outcome night = night(false);
        assertThat(night.grade()).isEqualTo(Grade.NOT_TRUSTED);
        assertThat(night.report().parts().getFirst().why()).contains("no run that counts");
        assertThat(night.report().parts().getFirst().runs()).hasSize(2 * (2 + 12));
    }

    @Test
    void aBudgetGivesAsManyPairsAsPowerAsksFor() {
        budget = Optional.of(Duration.ofHours(1));
        NightRun.Outcome night = night(false);
        assertThat(started).hasSize(2 + 2 * 5);
        assertThat(night.text(false))
                .contains("5 pairs in 60 min, of 5", "in 4 nights of 5 they show");
    }

    @Test
    void aBudgetThatIsSpentStartsNothingMore() {
        budget = Optional.of(Duration.ofNanos(1));
        NightRun.Outcome night = night(false);
        assertThat(started).hasSize(2);
        assertThat(night.grade()).isEqualTo(Grade.NOT_TRUSTED);
        assertThat(night.text(false)).contains("0 pairs in", "nothing was compared", "SIMULATED");
    }

    @Test
    void aSuiteMaySayWhatNobodyCaresAbout() throws IOException {
        slowCandidate = 1.08;
        suite = suite("[one.yaml]\ndeltas: { tpot.p50: 0.2, outputTokens/s: 0.2 }");
        assertThat(night(false).report().verdict()).isEqualTo(SuiteVerdict.EQUIVALENT);
    }

    @Test
    void aRunThatBreaksOffEndsItsScenarioAndNoOther() throws IOException {
        suite = suite("[one.yaml, two.yaml]");
        fate = n -> n == 6 ? "ABORTED" : "PASSED";
        NightRun.Outcome night = night(false);
        assertThat(night.grade()).isEqualTo(Grade.NOT_USABLE);
        assertThat(night.report().parts())
                .extracting(SuiteReport.Part::verdict)
                .containsExactly(SuiteVerdict.ABORTED, SuiteVerdict.EQUIVALENT);
        assertThat(night.report().parts().getFirst().why()).contains("no GPU left");
    }

    @Test
    void aLoadThatTheClientCannotMakeLeavesItsScenarioOpenAndTheNightGoesOn() throws IOException {
        suite = suite("[one.yaml, two.yaml]");
        fate = n -> n == 6 ? "REFUSED" : "PASSED";
        NightRun.Outcome night = night(false);
        assertThat(night.finished()).isTrue();
        assertThat(night.grade()).isEqualTo(Grade.NOT_TRUSTED);
        assertThat(night.report().parts())
                .extracting(SuiteReport.Part::verdict)
                .containsExactly(SuiteVerdict.INCONCLUSIVE, SuiteVerdict.EQUIVALENT);
        assertThat(night.report().parts().getFirst().why()).contains("the client is too slow");
    }

    @Test
    void anInterruptedNightIsNotFinished() {
        fate = n -> n == 6 ? "INTERRUPTED" : "PASSED";
        NightRun.Outcome stopped = night(false);
        assertThat(stopped.finished()).isFalse();
        assertThat(stopped.grade()).isEqualTo(Grade.INTERRUPTED);
        assertThat(started).hasSize(7);
        fate = n -> "PASSED";
        assertThat(night(true).report().verdict()).isEqualTo(SuiteVerdict.EQUIVALENT);
        assertThat(started).hasSize(2 + 12 + 1);
    }

    /** As by Ctrl-C while a run is torn down, which has measured all it was to. */
    @Test
    void nothingIsStartedAfterTheNightIsToEnd() {
        for (int after : new int[] {1, 5}) {
            stopAfter = after;
            NightRun.Outcome stopped = night(after > 1);
            assertThat(started).hasSize(after);
            assertThat(stopped.finished()).isFalse();
            assertThat(stopped.grade()).isEqualTo(Grade.INTERRUPTED);
        }
        stopAfter = Integer.MAX_VALUE;
        assertThat(night(true).report().verdict()).isEqualTo(SuiteVerdict.EQUIVALENT);
        assertThat(started).hasSize(2 + 12);
    }

    @Test
    void aNightWithoutItsReportIsNotFinished() throws IOException {
        fate =
                n -> {
                    fillReport();
                    return "PASSED";
                };
        NightRun.Outcome night = night(false);
        assertThat(night.finished()).isFalse();
        assertThat(night.grade()).isEqualTo(Grade.PASSED);
        Path report = night.directory().resolve("report.html");
        Files.delete(report.resolve("in the way"));
        Files.delete(report);
        assertThat(night(true).finished()).isTrue();
        assertThat(started).hasSize(2 + 12);
        assertThat(report).isNotEmptyFile();
    }

    private void fillReport() {
        Path night = NightFolder.of(folder.resolve("runs"), "night").getFirst().path();
        try {
            Files.createDirectories(night.resolve("report.html").resolve("in the way"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFirstRunThatBreaksOffIsReported() {
        fate = n -> "ABORTED";
        NightRun.Outcome night = night(false);
        assertThat(started).hasSize(1);
        assertThat(night.grade()).isEqualTo(Grade.NOT_USABLE);
        assertThat(night.report().parts().getFirst().why()).contains("no GPU left");
    }

    @Test
    void samplesOfAnotherSuiteAreNotMixedIn() throws IOException {
        fate = n -> n == 6 ? "INTERRUPTED" : "PASSED";
        night(false);
        Files.writeString(
                folder.resolve("one.yaml"),
                SCENARIO.formatted("one").replace("duration: 30s", "duration: 40s"));
        suite = suite("[one.yaml]");
        assertThatThrownBy(() -> night(true))
                .isInstanceOf(NightRefusedException.class)
                .hasMessageContaining("another suite, scenario, option or version");
    }

    private NightRun.Outcome night(boolean resume) {
        return NightRun.execute(
                suite,
                new NightRun.Night(
                        folder.resolve("runs"),
                        resume,
                        budget,
                        this::start,
                        new Said(said),
                        () -> started.size() >= stopAfter,
                        "shakedown nightly suite.yaml"));
    }

    private RunOutcome start(Scenario scenario, RunDirectory directory, RunOptions options) {
        int n = started.size();
        started.add(directory.id());
        boolean candidate = scenario.engine().orElseThrow().env().containsKey("NEW");
        String how = n == killedAt - 1 ? "ABORTED" : fate.apply(n);
        write(directory, how, (candidate ? slowCandidate : 1) * (1 + .001 * (n % 5)));
        if (n == killedAt - 1) {
            throw new Killed();
        }
        RunRecord record = RunStore.read(directory.path());
        return new RunOutcome(directory, record, ending(how), List.of(), Optional.empty());
    }

    private static Ending ending(String how) {
        return switch (how) {
            case "INTERRUPTED" -> new Ending.Interrupted("Measure");
            case "ABORTED" ->
                    new Ending.Failed(
                            "ClusterUp", new StepFailedException("no GPU left", "", List.of(), ""));
            case "REFUSED" ->
                    new Ending.Failed(
                            "Calibrate", new StepFailedException("too slow", "", List.of(), ""));
            default -> Ending.COMPLETE;
        };
    }

    private static void write(RunDirectory directory, String how, double factor) {
        String verdict = how.equals("INTERRUPTED") || how.equals("REFUSED") ? "ABORTED" : how;
        String reason =
                switch (how) {
                    case "INVALID" -> "{\"code\":\"stall\",\"text\":\"the client stalled\"}";
                    case "REFUSED" -> "{\"code\":\"aborted\",\"text\":\"the client is too slow\"}";
                    case "ABORTED", "INTERRUPTED" ->
                            "{\"code\":\"aborted\",\"text\":\"no GPU left\"}";
                    default -> "";
                };
        String json =
                String.format(
                        Locale.ROOT,
                        """
                        {"schemaVersion":1,"id":"%s","startedAt":"%s","verdict":"%s","validity":"%s",
                         "scenarioName":"one","simulated":true,"offered":1000,
                         "outcomes":{"Completed":1000},"reasons":[%s],
                         "rates":{"outputTokens/s":%f,"offered.requests/s":25.0},
                         "metrics":{"tpot":{"unit":"ns","count":1000,"mean":1,"min":1,"max":1,"p50":%d}}}
                        """,
                        directory.id(),
                        Instant.now(),
                        verdict,
                        verdict.equals("INVALID") ? "INVALID" : "VALID",
                        reason,
                        1000 / factor,
                        Math.round(20_000_000 * factor));
        try {
            Files.writeString(directory.path().resolve("run.json"), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void rewrite(Path directory, List<NightEvent> events) {
        try {
            Files.delete(directory.resolve(NightLog.FILE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (NightLog log = NightLog.open(directory).orElseThrow()) {
            events.forEach(log::append);
        }
    }

    private Suite suite(String scenarios) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("suite.yaml"),
                        """
                        schemaVersion: 1
                        name: night
                        question: Is it as fast?
                        scenarios: %s
                        candidate: { set: { engine.env.NEW: "1" } }
                        """
                                .formatted(scenarios));
        return switch (SuiteLoader.load(file, List.of(), NightRun.METRICS)) {
            case SuiteFile.Loaded loaded -> loaded.suite();
            case SuiteFile.Rejected rejected ->
                    throw new AssertionError(rejected.problems().toString());
        };
    }

    /** As by kill -9: nothing that comes after is done. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }
}
