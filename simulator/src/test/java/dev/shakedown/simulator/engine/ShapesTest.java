package dev.shakedown.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedEngine.Split;
import org.junit.jupiter.api.Test;

/** Timings and memory by shape: what must hold, not how many microseconds it is. */
class ShapesTest {
    private static final String LLAMA_70B = "meta-llama/Llama-3.1-70B-Instruct";

    @Test
    void placeholderTimingsAreInTheUsualRange() {
        EngineTimings tp8 = EngineTimings.of(cluster(LLAMA_70B, "fp8", new Split(8, 1, 1)));
        long firstToken =
                tp8.firstTokenFixed()
                        .plus(tp8.firstTokenPerPromptToken().multipliedBy(1000))
                        .toMillis();

        assertThat(tp8.interToken().toMillis()).isBetween(12L, 20L);
        assertThat(firstToken).isBetween(60L, 150L);
    }

    @Test
    void tensorParallelAcrossNodesIsSlowerThanPipelineStages() {
        EngineTimings pp2 = EngineTimings.of(cluster(LLAMA_70B, "fp8", new Split(8, 2, 1)));
        EngineTimings tp16 = EngineTimings.of(cluster(LLAMA_70B, "fp8", new Split(16, 1, 1)));
        EngineTimings tp8 = EngineTimings.of(cluster(LLAMA_70B, "fp8", new Split(8, 1, 1)));

        assertThat(tp16.interToken()).isGreaterThan(pp2.interToken());
        assertThat(pp2.interToken()).isGreaterThan(tp8.interToken());
        assertThat(tp16.firstTokenPerPromptToken()).isLessThan(tp8.firstTokenPerPromptToken());
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
                new SimulatedEngine(model, model, quantization, 8192, 256, "ray", split));
    }
}
