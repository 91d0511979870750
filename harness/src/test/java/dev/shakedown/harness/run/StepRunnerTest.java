package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.workloads.measure.RunClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepRunnerTest {
    private static final Duration AMPLE = Duration.ofMinutes(1);

    @TempDir private Path folder;
    private RunDirectory directory = new RunDirectory(Path.of(""));
    private EventLog events;
    private RunContext run;

    @BeforeEach
    void open() {
        directory = RunDirectory.create(folder, "steps", Instant.now());
        RunClock clock = RunClock.startNow();
        events = new EventLog(directory.events(), clock);
        Scenario scenario = RunScenarios.bringUpOnly(folder);
        run =
                new RunContext(
                        scenario,
                        directory,
                        events,
                        new SilentListener(),
                        new RunContext.Wiring(clock, new FakeProvider()));
    }

    @AfterEach
    void close() {
        events.close();
    }

    @Test
    void stepBeyondItsDeadlineIsInterruptedAndHasFailed() {
        CountDownLatch interrupted = new CountDownLatch(1);
        FakeStep forever =
                new FakeStep(
                        Duration.ofMillis(20),
                        () -> {
                            try {
                                new CountDownLatch(1).await();
                            } finally {
                                interrupted.countDown();
                            }
                            return new Step.Done("never");
                        });

        assertThatThrownBy(() -> new StepRunner(run).execute(forever))
                .isInstanceOf(StepFailedException.class)
                .hasMessage("Fake did not finish within its deadline of 20 ms");
        assertThat(interrupted.getCount()).isZero();
        assertThat(run.spans()).extracting(span -> span.event()).containsExactly("failed");
    }

    @Test
    void stepEndsInTimeForTheAllocationsEnd() {
        FakeStep forever =
                new FakeStep(
                        AMPLE,
                        () -> {
                            new CountDownLatch(1).await();
                            return new Step.Done("never");
                        });
        Instant end = Instant.now().plus(Lent.KEPT).plusMillis(50);
        assertThatThrownBy(() -> new StepRunner(run, Optional.of(end)).execute(forever))
                .isInstanceOf(StepFailedException.class)
                .hasMessageStartingWith("Fake was stopped: the Slurm allocation ends at ")
                .hasMessageEndingWith("3 min are kept for logs and teardown");
    }

    @Test
    void diskThatIsFullIsAFailureOfTheStepAndNoBug() {
        FakeStep full =
                new FakeStep(
                        AMPLE,
                        () -> {
                            throw new UncheckedIOException(
                                    new IOException("No space left on device"));
                        });

        assertThatThrownBy(() -> new StepRunner(run).execute(full))
                .isInstanceOfSatisfying(
                        StepFailedException.class,
                        failed ->
                                assertThat(failed.evidence())
                                        .singleElement()
                                        .asString()
                                        .contains("No space left"));
    }

    @Test
    void secretsInAFailureDoNotReachTheEventLog() throws IOException {
        FakeStep leaking =
                new FakeStep(
                        AMPLE,
                        () -> {
                            throw new StepFailedException(
                                    "401 for Bearer abcdefgh12345", "", List.of(), "");
                        });

        assertThatThrownBy(() -> new StepRunner(run).execute(leaking))
                .isInstanceOf(StepFailedException.class);
        assertThat(Files.readString(directory.events()))
                .contains("401 for Bearer ***")
                .doesNotContain("abcdefgh12345");
    }

    @Test
    void eventsThatCannotBeWrittenKeepNoStepFromItsWork() throws InterruptedException {
        events.close();
        CountDownLatch worked = new CountDownLatch(1);

        new StepRunner(run)
                .execute(
                        new FakeStep(
                                AMPLE,
                                () -> {
                                    worked.countDown();
                                    return new Step.Done("done");
                                }));

        assertThat(worked.getCount()).isZero();
        assertThat(events.lost()).isEqualTo(2);
    }

    private interface Work {
        Step.Result run() throws InterruptedException;
    }

    private record FakeStep(Duration limit, Work work) implements Step {
        @Override
        public String name() {
            return "Fake";
        }

        @Override
        public Duration deadline(RunContext run) {
            return limit;
        }

        @Override
        public Result execute(RunContext run) throws InterruptedException {
            return work.run();
        }
    }
}
