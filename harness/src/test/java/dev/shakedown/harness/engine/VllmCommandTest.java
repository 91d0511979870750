package dev.shakedown.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.EngineSpec.Executor;
import dev.shakedown.harness.scenario.Parallelism;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VllmCommandTest {
    private static final EngineSite GPU = new EngineSite("0.0.0.0", 8000, "org/model", false);
    private static final EngineSite CPU = new EngineSite("127.0.0.1", 8001, "/models/tiny", true);

    @Test
    void theShapeAndTheExecutorAreAlwaysSaid() {
        EngineCommand command =
                VllmCommand.of(
                        new EngineSpec(
                                "org/model",
                                Optional.of("chat"),
                                Optional.of("fp8"),
                                new Parallelism(8, 2, 2),
                                Executor.RAY,
                                List.of("--max-model-len=8192"),
                                Map.of("NCCL_DEBUG", "INFO"),
                                Optional.empty()),
                        GPU);

        assertThat(command.argv())
                .containsExactly(
                        "vllm",
                        "serve",
                        "org/model",
                        "--host",
                        "0.0.0.0",
                        "--port",
                        "8000",
                        "--served-model-name",
                        "chat",
                        "--quantization",
                        "fp8",
                        "--tensor-parallel-size",
                        "8",
                        "--pipeline-parallel-size",
                        "2",
                        "--data-parallel-size",
                        "2",
                        "--distributed-executor-backend",
                        "ray",
                        "--max-model-len=8192");
        assertThat(command.env())
                .containsOnly(
                        Map.entry("NCCL_DEBUG", "INFO"),
                        Map.entry("RAY_DEDUP_LOGS", "0"),
                        Map.entry("VLLM_NO_USAGE_STATS", "1"));
    }

    @Test
    void theBuiltInModelRunsEagerOnCpuWithRandomWeights() {
        EngineCommand command = VllmCommand.of(tiny(new Parallelism(2, 1, 1)), CPU);

        assertThat(String.join(" ", command.argv()))
                .isEqualTo(
                        "vllm serve /models/tiny --host 127.0.0.1 --port 8001"
                                + " --served-model-name tiny --load-format dummy"
                                + " --tensor-parallel-size 2 --pipeline-parallel-size 1"
                                + " --distributed-executor-backend mp"
                                + " --enforce-eager --dtype bfloat16");
        assertThat(command.env())
                .containsEntry("VLLM_CPU_KVCACHE_SPACE", "1")
                .containsEntry("VLLM_CPU_OMP_THREADS_BIND", "nobind")
                .containsEntry("HF_HUB_OFFLINE", "1")
                .doesNotContainKey("RAY_DEDUP_LOGS");
    }

    @Test
    void pipelineParallelOnCpuTracesInsteadOfRunningEager() {
        assertThat(VllmCommand.of(tiny(new Parallelism(1, 2, 1)), CPU).argv())
                .containsSequence("--compilation-config", "{\"mode\":2,\"backend\":\"eager\"}")
                .doesNotContain("--enforce-eager");
    }

    @Test
    void theScenariosArgumentsWinUnderAnySpelling() {
        EngineCommand command =
                VllmCommand.of(
                        tiny(
                                new Parallelism(2, 1, 1),
                                "-tp",
                                "4",
                                "--load_format=auto",
                                "--no-enforce-eager",
                                "--dtype",
                                "float32",
                                "--served-model-name=mine"),
                        CPU);

        assertThat(String.join(" ", command.argv()))
                .isEqualTo(
                        "vllm serve /models/tiny --host 127.0.0.1 --port 8001"
                                + " --pipeline-parallel-size 1 --distributed-executor-backend mp"
                                + " -tp 4 --load_format=auto --no-enforce-eager --dtype float32"
                                + " --served-model-name=mine");
    }

    @Test
    void anOwnCompilationConfigKeepsEagerModeOut() {
        assertThat(VllmCommand.of(tiny(new Parallelism(1, 1, 1), "-cc.mode=0"), CPU).argv())
                .doesNotContain("--enforce-eager", "--compilation-config");
        assertThat(VllmCommand.of(tiny(new Parallelism(1, 1, 1), "-O3"), CPU).argv())
                .doesNotContain("--enforce-eager");
    }

    @Test
    void theAddressBelongsToWhoeverRunsTheEngine() {
        assertThat(
                        VllmCommand.of(
                                        tiny(
                                                new Parallelism(1, 1, 1),
                                                "--port",
                                                "9",
                                                "--host=evil"),
                                        CPU)
                                .argv())
                .containsOnlyOnce("--port")
                .containsSequence("--port", "8001")
                .containsSequence("--host", "127.0.0.1")
                .doesNotContain("9", "--host=evil");
    }

    @Test
    void theScenariosEnvironmentWins() {
        EngineSpec spec =
                new EngineSpec(
                        EngineSpec.BUILTIN_TINY,
                        Optional.empty(),
                        Optional.empty(),
                        new Parallelism(1, 1, 1),
                        Executor.MP,
                        List.of(),
                        Map.of("VLLM_CPU_KVCACHE_SPACE", "7"),
                        Optional.empty());

        assertThat(VllmCommand.of(spec, CPU).env()).containsEntry("VLLM_CPU_KVCACHE_SPACE", "7");
    }

    @Test
    void aShellReadsThePrintedLineAsTheSameWords() throws IOException {
        EngineCommand command =
                new EngineCommand(
                        List.of("printf", "%s|", "it's", "{\"a\": 1}", "$HOME", "", "a*b"),
                        Map.of("LC_ALL", "C"));

        Process bash =
                new ProcessBuilder("bash", "-c", VllmCommand.shellLine(command))
                        .redirectErrorStream(true)
                        .start();

        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("it's|{\"a\": 1}|$HOME||a*b|");
    }

    @Test
    void thePrintedLineHoldsNoSecret() {
        String line =
                VllmCommand.shellLine(
                        new EngineCommand(
                                List.of("vllm"), Map.of("HF_TOKEN", "hf_geheim", "B", "1")));

        assertThat(line).isEqualTo("B=1 HF_TOKEN=\"$HF_TOKEN\" vllm");
    }

    private static EngineSpec tiny(Parallelism shape, String... args) {
        return new EngineSpec(
                EngineSpec.BUILTIN_TINY,
                Optional.empty(),
                Optional.empty(),
                shape,
                Executor.MP,
                List.of(args),
                Map.of(),
                Optional.empty());
    }
}
