package dev.shakedown.simulator.engine;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The constants of {@link StepTime} and {@link MemoryFit}: shares of a data sheet's peak, and times
 * that no data sheet has. All others are the model's shape and the GPU's figures.
 *
 * @param memoryShare of the bandwidth that streaming weights reaches
 * @param kvShare of the bandwidth that attention reaches on the KV cache
 * @param computeShare of the peak that matrix products of many tokens reach
 * @param attentionShare of the bf16 peak that attention on prompts reaches
 * @param overlapNorm power of the norm that joins compute and memory time of a product: 1 adds
 *     them, infinity takes the larger
 * @param linkShare of a link's bandwidth that all-reduce reaches
 * @param allReduceSeconds of a small all-reduce in a node
 * @param allReduceAcrossNodesSeconds the same over RDMA
 * @param hopSeconds from one pipeline stage to the next, besides its bytes
 * @param stepSeconds that a step costs whatever is in it
 * @param layerSeconds of launches in a layer, with CUDA graphs
 * @param prefillLayerSeconds of launches on top where a step has prompts: no full CUDA graph
 * @param frontEndSeconds between a request and the scheduler: HTTP, tokenizer, processes
 * @param reserveBytes of activations, CUDA graphs and NCCL on each rank
 */
public record Calibration(
        double memoryShare,
        double kvShare,
        double computeShare,
        double attentionShare,
        double overlapNorm,
        double linkShare,
        double allReduceSeconds,
        double allReduceAcrossNodesSeconds,
        double hopSeconds,
        double stepSeconds,
        double layerSeconds,
        double prefillLayerSeconds,
        double frontEndSeconds,
        double reserveBytes) {

    /**
     * Fitted to vLLM 0.10 to 0.12 on H100 and H200, rounded; {@code AccuracyTest} says how well.
     * Measured besides, on one H200: weights streamed at 4.3 of 4.8 TB/s (0.90), bf16 products at
     * 690 to 830 of 989 TFLOP/s. The two times between nodes are usual values, not fitted ones.
     */
    public static final Calibration VLLM =
            new Calibration(
                    .90, .60, .65, .40, 4, .85, 8e-6, 40e-6, 30e-6, .4e-3, 50e-6, 120e-6, 35e-3,
                    2.5e9);

    /** GPUs that lose nothing, joined by links without end: what no engine can be faster than. */
    static final Calibration PEAK =
            new Calibration(1, 1, 1, 1, 64, 1e9, 0, 0, 0, 0, 0, 0, 0, VLLM.reserveBytes());

    /** For the fingerprint of a run: what was used, by name. */
    public Map<String, String> text() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("memoryShare", number(memoryShare));
        all.put("kvShare", number(kvShare));
        all.put("computeShare", number(computeShare));
        all.put("attentionShare", number(attentionShare));
        all.put("overlapNorm", number(overlapNorm));
        all.put("linkShare", number(linkShare));
        all.put("allReduce", micros(allReduceSeconds));
        all.put("allReduceAcrossNodes", micros(allReduceAcrossNodesSeconds));
        all.put("hop", micros(hopSeconds));
        all.put("step", micros(stepSeconds));
        all.put("layer", micros(layerSeconds));
        all.put("prefillLayer", micros(prefillLayerSeconds));
        all.put("frontEnd", micros(frontEndSeconds));
        all.put("reserve", number(reserveBytes / 1e9) + " GB");
        return all;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String micros(double seconds) {
        return Math.round(seconds * 1e6) + " us";
    }
}
