package dev.shakedown.simulator.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedEngine.Split;
import dev.shakedown.simulator.SimulatedEngine.Tuning;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ServeCommandTest {
    private static final SimulatedEngine OTHERWISE = SimulatedEngine.of("m", new Split(1, 1, 1));

    @Test
    void argumentsWinInBothSpellings() {
        SimulatedEngine engine =
                ServeCommand.parse(
                        List.of(
                                "vllm",
                                "serve",
                                "org/Model-7B",
                                "--max-model-len=4096",
                                "-tp",
                                "4",
                                "--enforce-eager",
                                "--pipeline_parallel_size",
                                "2",
                                "--served-model-name",
                                "seven",
                                "--quantization",
                                "fp8"),
                        OTHERWISE);

        assertThat(engine)
                .isEqualTo(
                        new SimulatedEngine(
                                "org/Model-7B",
                                "seven",
                                "fp8",
                                4096,
                                Tuning.DEFAULTS,
                                "ray",
                                new Split(4, 2, 1)));
    }

    @Test
    void schedulerAndCacheAreTuned() {
        SimulatedEngine engine =
                ServeCommand.parse(
                        List.of(
                                "--max-num-seqs=64",
                                "--max-num-batched-tokens",
                                "4096",
                                "--gpu-memory-utilization=0.8",
                                "--kv-cache-dtype=fp8_e4m3",
                                "--no-enable-prefix-caching"),
                        OTHERWISE);

        assertThat(engine.tuning())
                .isEqualTo(new Tuning(OptionalInt.of(64), OptionalInt.of(4096), .8, true, false));
    }

    @Test
    void withoutACommandTheEngineIsAsTheClusterWasStarted() {
        assertThat(ServeCommand.parse(List.of(), OTHERWISE)).isEqualTo(OTHERWISE);
    }
}
