package dev.shakedown.simulator.engine;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Placeholder constants until the step-time physics lands: the time to the first token grows with
 * the prompt, the time between tokens is fixed, and neither knows how busy the engine is.
 *
 * <p>{@code ITL = step + activeBytes / (TP * bandwidth * 0.65) + 2 * layers * allReduce(TP) + (PP -
 * 1) * hop}: a decode step reads all weights once, with two all-reduces a layer, and passes the
 * pipeline's stages in turn (so PP does not shorten it). {@code TTFT = 25 ms + tokens * 2 * active
 * / (TP * flops * 0.5) + ITL}: two operations a parameter and token at half of the peak. The
 * factors are usual shares of the data sheet's peaks, not measured ones.
 *
 * @param jitter standard deviation relative to each draw; draws stay within three of them
 */
public record EngineTimings(
        Duration firstTokenFixed,
        Duration firstTokenPerPromptToken,
        Duration interToken,
        double jitter) {
    private static final double BANDWIDTH_SHARE = 0.65;
    private static final double FLOPS_SHARE = 0.5;
    private static final double STEP_SECONDS = 5e-3;
    private static final double FIRST_TOKEN_SECONDS = 25e-3;
    private static final double ALL_REDUCE_IN_NODE_SECONDS = 25e-6;
    private static final double ALL_REDUCE_ACROSS_NODES_SECONDS = 60e-6;
    private static final double HOP_SECONDS = 1e-3;
    private static final double JITTER = 0.06;

    /**
     * The constants for a cluster's shape.
     *
     * @throws IllegalArgumentException if the GPU is not known
     */
    public static EngineTimings of(SimulatedCluster cluster) {
        Gpu gpu = Gpu.named(cluster.gpu()).orElseThrow(() -> unknown(cluster.gpu()));
        SimulatedEngine engine = cluster.engine();
        SimulatedEngine.Split split = engine.split();
        ModelShape model = ModelShape.of(engine.model());
        double weights =
                model.activeBytes(engine.quantization())
                        / (split.tensor() * gpu.bandwidth() * BANDWIDTH_SHARE);
        double interToken =
                STEP_SECONDS
                        + weights
                        + 2 * model.layers() * allReduce(split.tensor(), cluster.gpusPerNode())
                        + (split.pipeline() - 1) * HOP_SECONDS;
        double perPromptToken = 2 * model.active() / (split.tensor() * gpu.flops() * FLOPS_SHARE);
        return new EngineTimings(
                seconds(FIRST_TOKEN_SECONDS + interToken),
                seconds(perPromptToken),
                seconds(interToken),
                JITTER);
    }

    /** For the fingerprint of a run: what was used, by name. */
    public Map<String, String> constants() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("simulator.firstTokenFixed", micros(firstTokenFixed));
        all.put(
                "simulator.firstTokenPer1000PromptTokens",
                micros(firstTokenPerPromptToken.multipliedBy(1000)));
        all.put("simulator.interToken", micros(interToken));
        all.put("simulator.jitter", String.valueOf(jitter));
        return all;
    }

    long firstTokenNanos(int promptTokens, RandomGenerator random) {
        double mean =
                firstTokenFixed.toNanos()
                        + (double) firstTokenPerPromptToken.toNanos() * promptTokens;
        return draw(mean, random);
    }

    long interTokenNanos(RandomGenerator random) {
        return draw((double) interToken.toNanos(), random);
    }

    private long draw(double mean, RandomGenerator random) {
        double deviations = Math.clamp(random.nextGaussian(), -3, 3);
        return (long) (mean * (1 + jitter * deviations));
    }

    private static double allReduce(int tensor, int gpusPerNode) {
        if (tensor == 1) {
            return 0;
        }
        return tensor <= gpusPerNode ? ALL_REDUCE_IN_NODE_SECONDS : ALL_REDUCE_ACROSS_NODES_SECONDS;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    private static String micros(Duration duration) {
        return duration.toNanos() / 1000 + " us";
    }

    private static IllegalArgumentException unknown(String gpu) {
        return new IllegalArgumentException(
                "no data for GPU "
                        + gpu
                        + "; known: "
                        + Gpu.KNOWN.stream().map(Gpu::name).toList());
    }
}
