package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.SharedPrefix;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EquivalentsTest {
    private static final URI ENDPOINT = URI.create("http://127.0.0.1:8000");

    @TempDir private Path folder;

    @Test
    void poissonIsAsTheOtherToolDrawsItByDefault() {
        assertThat(line("poisson: 25/s", 1_000))
                .isEqualTo(
                        "vllm bench serve --backend openai --base-url http://127.0.0.1:8000"
                                + " --endpoint /v1/completions --model m --dataset-name random"
                                + " --random-input-len 1000 --random-output-len 256"
                                + " --num-prompts 1000 --request-rate 25 --max-concurrency 512"
                                + " --ignore-eos --temperature 0 --seed 42 --percentile-metrics ttft,tpot,itl,e2el");
    }

    @Test
    void constantHasNoBurstinessAndAFractionOfARateIsKept() {
        assertThat(line("constant: 90/m", 10)).contains("--request-rate 1.500 --burstiness inf");
    }

    @Test
    void closedLoopSendsAtOnceUpToItsUsers() {
        assertThat(line("closedLoop: 64", 10))
                .contains("--request-rate inf --max-concurrency 64 --ignore-eos");
    }

    @Test
    void promptsThatAllBeginWithASharedPrefixAreItsPrefixRepetition() {
        assertThat(sharing(new SharedPrefix(8, 512, 1)).orElseThrow())
                .contains(
                        " --dataset-name prefix_repetition --prefix-repetition-prefix-len 512"
                                + " --prefix-repetition-suffix-len 488"
                                + " --prefix-repetition-num-prefixes 8"
                                + " --prefix-repetition-output-len 256 --num-prompts 10 ");
    }

    @Test
    void otherToolHasNoMixOfSharedAndNewPrompts() {
        assertThat(sharing(new SharedPrefix(8, 512, 0.8))).isEmpty();
    }

    @Test
    void tokenizerIsNamedWhereTheServedNameIsNoRepository() {
        assertThat(new Equivalents.Served("tiny", Optional.of("/models/tiny")).flags())
                .isEqualTo("--model tiny --tokenizer /models/tiny");
        assertThat(new Equivalents.Served("tiny", Optional.of("builtin:tiny")).flags())
                .isEqualTo("--model tiny");
    }

    @Test
    void expectedRequestsCoverWarmUpAndMeasurement() {
        assertThat(Equivalents.expectedRequests(plan("poisson: 25/s"))).isEqualTo(875);
        assertThat(Equivalents.expectedRequests(plan("closedLoop: 64"))).isEqualTo(6_400);
    }

    @Test
    void traceOfMooncakeIsReplayedByTheOtherToolToo() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("trace"),
                        "{\"timestamp\": 0, \"input_length\": 9, \"output_length\": 2, \"hash_ids\": [1]}\n");
        assertThat(line("trace: { file: " + file + ", speed: 4 }", 10))
                .contains(
                        "--dataset-name timed_trace --dataset-path "
                                + file
                                + " --self-timed --timed-trace-chunk-hash-size 512 --timed-trace-sec-multiplier 0.00025 --num-prompts 10 --max-concurrency 512 --ignore-eos");
    }

    @Test
    void otherTraceIsRandomAtItsMeanRate() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("trace"),
                        "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                                + "2023-11-16 18:15:46,30,5\n2023-11-16 18:16:46,30,5\n");
        assertThat(line("trace: { file: " + file + ", speed: 4 }", 2))
                .contains("--dataset-name random")
                .contains("--num-prompts 2 --request-rate 0.057 --max-concurrency 512");
    }

    @Test
    void severalEndpointsHaveNone() {
        assertThat(
                        Equivalents.benchServe(
                                plan("poisson: 25/s"),
                                List.of(ENDPOINT, URI.create("http://other:8000")),
                                new Equivalents.Served("m", Optional.of("m")),
                                10))
                .isEmpty();
    }

    private String line(String arrivals, long requests) {
        Equivalents.Served served = new Equivalents.Served("m", Optional.of("m"));
        return Equivalents.benchServe(plan(arrivals), List.of(ENDPOINT), served, requests)
                .orElseThrow();
    }

    private Optional<String> sharing(SharedPrefix prefix) {
        LoadPlan plan = plan("poisson: 25/s");
        Prompts prompts = plan.prompts();
        LoadPlan sharing =
                new LoadPlan(
                        plan.arrivals(),
                        new Prompts(
                                prompts.inputTokens(),
                                prompts.outputTokens(),
                                prompts.seed(),
                                new PromptText.Words(),
                                Optional.of(prefix)),
                        plan.api(),
                        plan.warmUp(),
                        plan.duration(),
                        plan.maxInFlight(),
                        plan.drain(),
                        plan.requestTimeout());
        return Equivalents.benchServe(
                sharing, List.of(ENDPOINT), new Equivalents.Served("m", Optional.of("m")), 10);
    }

    private LoadPlan plan(String arrivals) {
        return RunScenarios.withLoad(folder, arrivals).load().orElseThrow();
    }
}
