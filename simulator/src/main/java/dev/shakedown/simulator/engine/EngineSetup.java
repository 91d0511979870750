package dev.shakedown.simulator.engine;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;

/**
 * What one replica runs with.
 *
 * @param kvTokens that its cache holds
 */
public record EngineSetup(
        StepTime stepTime,
        long kvTokens,
        int maxNumSeqs,
        int maxBatchedTokens,
        boolean prefixCaching) {

    /** GPUs with as much memory get vLLM's larger defaults. */
    private static final double LARGE_GIB = 70;

    /**
     * With vLLM's defaults for the GPU where the engine's tuning says nothing.
     *
     * @param kvTokens as {@link MemoryFit} found them
     */
    public static EngineSetup of(SimulatedCluster cluster, long kvTokens, Calibration calibration) {
        SimulatedEngine.Tuning tuning = cluster.engine().tuning();
        Gpu gpu = Gpu.named(cluster.gpu());
        boolean large = gpu.memoryGib() >= LARGE_GIB;
        boolean a100 = gpu.name().startsWith("A100");
        return new EngineSetup(
                StepTime.of(cluster, calibration),
                kvTokens,
                tuning.maxNumSeqs().orElse(large ? 1024 : 256),
                tuning.maxNumBatchedTokens().orElse(large && !a100 ? 8192 : 2048),
                tuning.prefixCaching());
    }
}
