package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.Capacity;
import dev.shakedown.reports.run.SeriesSummary;
import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.EngineSetup;
import dev.shakedown.simulator.engine.MemoryFit;
import dev.shakedown.simulator.engine.StepTime;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The search against the simulator's model without its simulation. Each step gives each request
 * that runs a token, so that TPOT is the mean time of a step; that depends on how many run, which
 * is rate times life (Little), and on the prompts that come in a step. Where the mean time of a
 * step is the limit on the median TPOT, there is the capacity.
 */
class CapacityOfTheModelRealIT {
    private static final int INPUT = 500;
    private static final int OUTPUT = 100;
    private static final int CONTEXT = 8192;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "1, meta-llama/Llama-3.1-8B-Instruct, bf16, 9",
        "4, meta-llama/Llama-3.1-70B-Instruct, fp8, 20",
        "8, meta-llama/Llama-3.1-70B-Instruct, fp8, 14",
    })
    void isFoundWithinThreePercent(int gpus, String model, String weights, double limitMs) {
        double expected = fixedPoint(setup(gpus, model, weights), limitMs / 1e3);

        SeriesSummary series = search(gpus, model, weights, limitMs, expected);

        Capacity found = series.capacity().orElseThrow();
        double holds = found.holds().orElseThrow().rate();
        double fails = found.fails().orElseThrow().rate();
        assertThat(Math.sqrt(holds * fails) / expected)
                .as("%s, of the model %.3f", series.text(), expected)
                .isBetween(0.97, 1.03);
        assertThat(found.holds().orElseThrow().confidence()).isGreaterThanOrEqualTo(0.7);
        assertThat(found.fails().orElseThrow().confidence()).isGreaterThanOrEqualTo(0.7);
    }

    /** The rate at which the mean time of a step is the limit. */
    private static double fixedPoint(EngineSetup setup, double tpot) {
        double low = 0.1;
        double high = 1_000;
        while (high / low > 1.0001) {
            double middle = Math.sqrt(low * high);
            if (step(setup, middle, tpot) <= tpot) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Mean seconds of a step at this rate, if steps took {@code seconds}: so many requests run, and
     * so many prompts come in a step (Poisson).
     */
    private static double step(EngineSetup setup, double rate, double seconds) {
        StepTime time = setup.stepTime();
        double prompts = rate * seconds;
        // Half a step until it is looked at, the step of its prompt, then one for each later token.
        double running = rate * seconds * (OUTPUT - 1);
        double context = running * (INPUT + OUTPUT / 2.0);
        double chance = Math.exp(-prompts);
        double mean = 0;
        for (int came = 0; came < 20; came++) {
            double tokens = running + (double) came * INPUT;
            double pairs = came * (double) INPUT * INPUT / 2;
            mean += chance * time.seconds(tokens, context, pairs, came > 0);
            chance *= prompts / (came + 1);
        }
        return mean;
    }

    private static EngineSetup setup(int gpus, String model, String weights) {
        SimulatedEngine served =
                new SimulatedEngine(
                        model,
                        model,
                        weights.equals("bf16") ? "" : weights,
                        CONTEXT,
                        new SimulatedEngine.Tuning(
                                OptionalInt.empty(), OptionalInt.empty(), 0.9, false, false),
                        "mp",
                        new SimulatedEngine.Split(gpus, 1, 1));
        SimulatedCluster cluster = new SimulatedCluster(1, gpus, "H100-SXM-80GB", served);
        MemoryFit.Fits fits = (MemoryFit.Fits) MemoryFit.of(cluster);
        return EngineSetup.of(cluster, fits.kvTokens(), Calibration.VLLM);
    }

    private SeriesSummary search(
            int gpus, String model, String weights, double limitMs, double about) {
        Scenario scenario =
                RunScenarios.of(
                        folder,
                        String.format(
                                Locale.ROOT,
                                """
                                schemaVersion: 1
                                name: capacity
                                question: How much does it take?
                                cluster: { provider: simulated, nodes: 1, gpusPerNode: %d, gpu: H100-SXM-80GB, clock: virtual }
                                engine: { model: %s, tensorParallel: %d, %s args: [--max-model-len=%d] }
                                smoke: off
                                load:
                                  arrivals: { findCapacity: { from: %.3f/s, to: %.3f/s, confidence: 0.7 } }
                                  prompts: { inputTokens: %d, outputTokens: %d, seed: 7 }
                                  warmUp: 5s
                                  duration: 40s
                                limits: { tpot.p50: %.3fms }
                                """,
                                gpus,
                                model,
                                gpus,
                                weights.equals("bf16") ? "" : "quantization: " + weights + ",",
                                CONTEXT,
                                about / 1.3,
                                about * 1.6,
                                INPUT,
                                OUTPUT,
                                limitMs));
        RunDirectory directory =
                RunDirectory.create(folder.resolve("runs"), scenario.name(), Instant.now());
        RunOutcome outcome =
                new BenchmarkRun(
                                scenario,
                                directory,
                                new SilentListener(),
                                new RunOptions(Optional.empty()))
                        .execute();
        return outcome.record().series().orElseThrow();
    }
}
