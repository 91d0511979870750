package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.workloads.measure.RunClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecorderTest {
    @TempDir private Path folder;

    @Test
    void loadThatWasCutShortIsJudgedByNoLimit() {
        StepFailedException died = new StepFailedException("vLLM ended", "", List.of(), "");

        RunRecord aborted = recorded("failed", new Ending.Failed("Measure", died));
        RunRecord complete = recorded("succeeded", Ending.COMPLETE);

        assertThat(aborted.verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(aborted.limits()).isEmpty();
        assertThat(complete.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(complete.limits()).singleElement().matches(limit -> limit.met().isPresent());
    }

    private RunRecord recorded(String measure, Ending ending) {
        RunDirectory directory = RunDirectory.create(folder, measure, Instant.now());
        RunClock clock = RunClock.startNow();
        try (EventLog events = new EventLog(directory.events(), clock)) {
            RunContext run =
                    new RunContext(
                            limited(),
                            directory,
                            events,
                            new SilentListener(),
                            new RunContext.Wiring(clock, new FakeProvider()));
            run.load(Loads.good().build());
            run.addSpan(new StepSpan("Measure", measure, "", 0, 1));
            return RunRecorder.record(run, ending);
        }
    }

    /** All of its requests take 200 ms. */
    private Scenario limited() {
        return RunScenarios.of(
                folder,
                """
                schemaVersion: 1
                name: limited
                question: Does it hold?
                cluster: { provider: simulated, nodes: 1, gpusPerNode: 1, gpu: H100-SXM-80GB }
                engine: { model: m }
                smoke: off
                load:
                  arrivals: { constant: 33/s }
                  prompts: { inputTokens: 1000, outputTokens: 256 }
                  duration: 30s
                limits: { ttft.p50: 50ms }
                """);
    }
}
