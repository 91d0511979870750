package dev.shakedown.simulator.engine;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import java.util.Locale;

/** Whether an engine fits its GPUs: a plain estimate from weights, a fixed reserve and KV cache. */
public sealed interface MemoryFit {

    /**
     * It fits.
     *
     * @param kvTokens tokens that the KV cache of one replica holds, whole blocks
     * @param weightsGib on each rank
     * @param kvGib on each rank
     */
    record Fits(long kvTokens, double weightsGib, double kvGib) implements MemoryFit {}

    /**
     * It does not.
     *
     * @param error the exception that vLLM would end with
     */
    record Refused(String error) implements MemoryFit {}

    double GIB = 1 << 30;

    /** Tokens of a KV block: vLLM's default. */
    int BLOCK = 16;

    /**
     * The estimate.
     *
     * @throws IllegalArgumentException if the GPU is not known
     */
    static MemoryFit of(SimulatedCluster cluster) {
        SimulatedEngine engine = cluster.engine();
        SimulatedEngine.Split split = engine.split();
        ModelShape model = ModelShape.of(engine.model());
        if (split.gpus() > cluster.gpus()) {
            return new Refused(
                    "ValueError: World size (%d) is larger than the number of available GPUs (%d)."
                            .formatted(split.gpus(), cluster.gpus()));
        }
        if (model.heads() % split.tensor() != 0) {
            return new Refused(
                    ("ValueError: Total number of attention heads (%d) must be divisible by tensor"
                                    + " parallel size (%d).")
                            .formatted(model.heads(), split.tensor()));
        }
        return memory(cluster, model, Gpu.named(cluster.gpu()));
    }

    private static MemoryFit memory(SimulatedCluster cluster, ModelShape model, Gpu gpu) {
        SimulatedEngine engine = cluster.engine();
        int ranks = engine.split().worldSize();
        WeightType type = WeightType.of(engine.quantization());
        double bytes = model.layerWeights() * type.bytes() + 2 * model.embeddingWeights();
        double weights = bytes / ranks / GIB;
        if (weights > gpu.usableGib()) {
            return new Refused(outOfMemory(weights, gpu.usableGib()));
        }
        double reserve = Calibration.VLLM.reserveBytes() / GIB;
        double room = gpu.usableGib() * engine.tuning().memoryUtilization() - weights - reserve;
        double kv = room * cluster.kvShare();
        if (kv <= 0) {
            return new Refused(
                    "ValueError: No available memory for the cache blocks. Try increasing"
                            + " `gpu_memory_utilization` when initializing the engine.");
        }
        double perToken = model.kvValues(engine.split().tensor()) * engine.tuning().kvBytes();
        long tokens = (long) (kv * GIB * ranks / perToken) / BLOCK * BLOCK;
        if (tokens < engine.maxModelLen()) {
            return new Refused(tooLong(engine, perToken / ranks, kv, tokens));
        }
        return new Fits(tokens, weights, kv);
    }

    private static String outOfMemory(double weightsGib, double memoryGib) {
        return String.format(
                Locale.ROOT,
                "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate %.2f GiB. GPU 0 has"
                        + " a total capacity of %.2f GiB of which 0.31 GiB is free.",
                weightsGib - memoryGib + 0.5,
                memoryGib);
    }

    private static String tooLong(
            SimulatedEngine engine, double bytesPerToken, double kvGib, long tokens) {
        return String.format(
                Locale.ROOT,
                "ValueError: To serve at least one request with the models's max seq len (%d),"
                        + " (%.2f GiB KV cache is needed, which is larger than the available KV"
                        + " cache memory (%.2f GiB). Based on the available memory, the estimated"
                        + " maximum model length is %d. Try increasing `gpu_memory_utilization` or"
                        + " decreasing `max_model_len` when initializing the engine.",
                engine.maxModelLen(),
                engine.maxModelLen() * bytesPerToken / GIB,
                kvGib,
                tokens);
    }
}
