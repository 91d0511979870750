package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.workloads.measure.RunClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatesTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir private Path folder;

    @Test
    void gpuHoursCountFromTheStartOfTheNodesToTheEndOfTheTeardown() {
        RunContext run = run();
        run.addSpan(span("Preflight", 0, 100));
        run.addSpan(span("ClusterUp", 100, 200));
        run.addSpan(span("Down", 1_800, 1_900));

        // 16 GPUs for 1,800 s
        assertThat(new Rates(run).all()).containsEntry("gpuHours", 8.0);
    }

    @Test
    void runThatStartedNoNodeHasNoGpuHours() {
        RunContext run = run();
        run.addSpan(span("Preflight", 0, 100));

        assertThat(new Rates(run).all()).doesNotContainKey("gpuHours");
    }

    @Test
    void offeredRateIsTheDrawnScheduleOverTheMeasuredPhase() {
        RunContext run = run();
        run.load(Loads.good().build());

        Map<String, Double> rates = new Rates(run).all();

        assertThat(rates.get("offered.requests/s")).isCloseTo(1_000 / 30.0, within(1e-9));
        assertThat(rates).containsEntry("goodput", 1.0);
    }

    private RunContext run() {
        RunDirectory directory = RunDirectory.create(folder, "rates", Instant.EPOCH);
        RunClock clock = RunClock.startNow();
        return new RunContext(
                RunScenarios.withLoad(folder, "poisson: 25/s"),
                directory,
                new EventLog(directory.events(), clock),
                new SilentListener(),
                new RunContext.Wiring(clock, new FakeProvider()));
    }

    private static StepSpan span(String step, long startSeconds, long endSeconds) {
        return new StepSpan(step, "succeeded", "", startSeconds * SECOND, endSeconds * SECOND);
    }
}
