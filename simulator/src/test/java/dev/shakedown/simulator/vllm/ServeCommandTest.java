package dev.shakedown.simulator.vllm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedEngine.Split;
import java.util.List;
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
                                256,
                                "ray",
                                new Split(4, 2, 1)));
    }

    @Test
    void withoutACommandTheEngineIsAsTheClusterWasStarted() {
        assertThat(ServeCommand.parse(List.of(), OTHERWISE)).isEqualTo(OTHERWISE);
    }
}
