package dev.shakedown.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedEngine.Split;
import dev.shakedown.simulator.SimulatedEngine.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Timings and memory by shape: what must hold; {@link AccuracyTest} has the microseconds. */
class ShapesTest {
    private static final String LLAMA_70B = "meta-llama/Llama-3.1-70B-Instruct";

    @Test
    void tensorParallelAcrossNodesIsSlowerThanPipelineStages() {
        double tp8 = token(new Split(8, 1, 1));
        double pp2 = token(new Split(8, 2, 1));
        double tp16 = token(new Split(16, 1, 1));

        assertThat(tp16).isGreaterThan(pp2);
        assertThat(pp2).isGreaterThan(tp8);
    }

    @Test
    void mixtureReadsMoreExpertsTheMoreTokensThereAre() {
        ModelShape mixtral = ModelShape.of("mistralai/Mixtral-8x7B-Instruct-v0.1");

        assertThat(mixtral.touchedWeights(1)).isCloseTo(mixtral.activeWeights(), within(1.0));
        assertThat(mixtral.touchedWeights(8)).isLessThan(mixtral.layerWeights());
        assertThat(mixtral.touchedWeights(200)).isCloseTo(mixtral.layerWeights(), within(1e6));
    }

    @ParameterizedTest
    @CsvSource({
        "meta-llama/Llama-3.1-8B-Instruct, 8.03e9, 131072",
        "meta-llama/Llama-3.1-70B-Instruct, 70.6e9, 327680",
        "meta-llama/Llama-3.1-405B, 405.8e9, 516096",
        "Qwen/Qwen3-32B, 32.8e9, 262144",
        "org/Model-77B, 77e9, 348160"
    })
    void shapesHaveThePublishedSizes(String name, double parameters, double kvBytes) {
        ModelShape model = ModelShape.of(name);

        assertThat(model.parameters()).isCloseTo(parameters, withinPercentage(1));
        assertThat(model.kvValues(8) * 2).isEqualTo(kvBytes);
    }

    @Test
    void userBringsOwnGpuAndModel(@TempDir Path folder) throws IOException {
        Path gpu = folder.resolve("my.json");
        Files.writeString(
                gpu,
                """
                {"name":"X1","product":"Acme X1","memoryGib":96,"usableGib":95,"bandwidthGBs":4000,
                 "bf16Tflops":1000,"fp8Tflops":2000,"linkGBs":450,"nicGBs":50,"smClockMhz":1900,
                 "source":"Acme","date":"2026-11"}""");
        Files.writeString(
                folder.resolve("config.json"),
                """
                {"num_hidden_layers":16,"hidden_size":2048,"num_attention_heads":16,
                 "intermediate_size":8192,"vocab_size":32000,"tie_word_embeddings":true}""");

        assertThat(Gpu.named(gpu.toString()).bandwidth()).isEqualTo(4e12);
        assertThat(ModelShape.of(folder.toString()))
                .returns(16, ModelShape::kvHeads)
                .returns(128, ModelShape::headDim)
                .returns(65_536_000.0, ModelShape::embeddingWeights);

        Files.writeString(gpu, "{\"name\":\"X1\"}");
        assertThatThrownBy(() -> Gpu.named(gpu.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("product is to be a text in {\"name\":\"X1\"}");
        assertThatThrownBy(() -> Gpu.named("H9000")).hasMessageContaining("known: [A100-SXM-80GB");
    }

    @Test
    void engineThatFitsHasAKvCache() {
        assertThat(MemoryFit.of(cluster(LLAMA_70B, "fp8", new Split(8, 1, 1))))
                .isInstanceOfSatisfying(
                        MemoryFit.Fits.class,
                        fits -> assertThat(fits.kvTokens()).isGreaterThan(1_000_000));
    }

    @Test
    void engineThatDoesNotFitIsRefusedInVllmsWords() {
        assertRefused(
                cluster(LLAMA_70B, "", new Split(1, 1, 1)),
                "CUDA out of memory. Tried to allocate");
        assertRefused(
                cluster("org/Model-77B", "fp8", new Split(1, 1, 1)),
                "No available memory for the cache blocks");
        assertRefused(
                cluster(LLAMA_70B, "fp8", new Split(3, 1, 1)),
                "(64) must be divisible by tensor parallel size (3)");
        assertRefused(
                cluster(LLAMA_70B, "fp8", new Split(16, 2, 1)), "World size (32) is larger than");
    }

    @Test
    void tokenizerGivesBackWhatItWasGiven() {
        String text = "a bc def ghijkl  MIXED Case 123\n\t\"quoted\" ü 漢 \uD83D\uDE80 end";

        assertThat(Tokenizer.decode(Tokenizer.encode(text))).isEqualTo(text);
        assertThat(Tokenizer.encode(" abc abc")).hasSize(2);
        assertThat(Tokenizer.encode(Tokenizer.decode(Tokenizer.outputToken(-7))))
                .containsExactly(Tokenizer.outputToken(-7));
    }

    /** Of a lone request with 1,000 tokens. */
    private static double token(Split split) {
        StepTime time = StepTime.of(cluster(LLAMA_70B, "fp8", split), Calibration.VLLM);
        return split.pipeline() * time.seconds(1, 1000, 0, false)
                + (split.pipeline() - 1) * time.hopSeconds(1);
    }

    private static void assertRefused(SimulatedCluster cluster, String text) {
        assertThat(MemoryFit.of(cluster))
                .isInstanceOfSatisfying(
                        MemoryFit.Refused.class,
                        refused -> assertThat(refused.error()).contains(text));
    }

    private static SimulatedCluster cluster(String model, String quantization, Split split) {
        return new SimulatedCluster(
                2,
                8,
                "H100-SXM-80GB",
                new SimulatedEngine(
                        model, model, quantization, 8192, Tuning.DEFAULTS, "ray", split));
    }
}
