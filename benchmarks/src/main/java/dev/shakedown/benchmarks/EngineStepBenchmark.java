package dev.shakedown.benchmarks;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedEngine.Split;
import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.EngineCore;
import dev.shakedown.simulator.engine.EngineMetrics;
import dev.shakedown.simulator.engine.EngineSetup;
import dev.shakedown.simulator.engine.Generation;
import dev.shakedown.simulator.engine.VirtualClock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The simulated engine on its virtual clock: Llama 3.1 70B FP8, TP 8, PP 2, on 2 x 8 H100. */
@State(Scope.Thread)
@Fork(1)
public class EngineStepBenchmark {
    private static final int RUNNING = 16;
    private static final int STEPS = 20_000;
    private static final int KV_TOKENS = 2_000_000;
    private static final double REQUESTS_A_SECOND = 40;
    private static final int REQUESTS_AN_HOUR = 144_000;

    private long tokens;

    /** Steps per second with 16 requests running, on one pipeline stage. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @OperationsPerInvocation(STEPS)
    @Warmup(iterations = 3, time = 1)
    @Measurement(iterations = 5, time = 1)
    public long steps() {
        VirtualClock clock = new VirtualClock();
        EngineCore engine = engine(clock, 1);
        for (int i = 0; i < RUNNING; i++) {
            submit(engine, new Generation(256, STEPS, STEPS, i));
        }
        clock.run();
        return tokens;
    }

    /** Seconds for an hour of Poisson arrivals, 40 a second, 1,024 tokens in and 256 out. */
    @Benchmark
    @BenchmarkMode(Mode.SingleShotTime)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Warmup(iterations = 1)
    @Measurement(iterations = 5)
    public long hour() {
        VirtualClock clock = new VirtualClock();
        new Arrivals(engine(clock, 2), clock).next();
        clock.run();
        return tokens;
    }

    private final class Arrivals {
        private final EngineCore engine;
        private final VirtualClock clock;
        private final SplittableRandom random = new SplittableRandom(42);
        private int sent;

        Arrivals(EngineCore engine, VirtualClock clock) {
            this.engine = engine;
            this.clock = clock;
        }

        void next() {
            if (sent++ < REQUESTS_AN_HOUR) {
                submit(engine, new Generation(1024, 256, 256, sent));
                double gap = -Math.log(1 - random.nextDouble()) / REQUESTS_A_SECOND;
                clock.after(Duration.ofNanos((long) (gap * 1e9)), this::next);
            }
        }
    }

    private void submit(EngineCore engine, Generation generation) {
        engine.submit(generation, (_, _, _, _) -> tokens++);
    }

    private static EngineCore engine(VirtualClock clock, int stages) {
        SimulatedEngine served =
                new SimulatedEngine(
                        "meta-llama/Llama-3.1-70B-Instruct",
                        "m",
                        "fp8",
                        2 * STEPS,
                        SimulatedEngine.Tuning.DEFAULTS,
                        "ray",
                        new Split(8, stages, 1));
        SimulatedCluster cluster = new SimulatedCluster(2, 8, "H100", served);
        EngineSetup setup = EngineSetup.of(cluster, KV_TOKENS, Calibration.VLLM);
        return new EngineCore(setup, clock, new EngineMetrics(2 * STEPS));
    }
}
