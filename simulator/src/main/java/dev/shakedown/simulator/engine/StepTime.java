package dev.shakedown.simulator.engine;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;

/**
 * How long one step of the engine takes on one pipeline stage: matrix products that read the
 * weights once, attention over what is cached, two all-reduces a layer, and launches.
 *
 * <p>With T tokens in the step, P weights in the layers, B the memory's bandwidth and F the peak of
 * the weights' type, all divided by the tensor parallel size:
 *
 * <ul>
 *   <li>products: {@code ((2PT / F e_c)^p + ((P + head) bytes / B e_m)^p)^(1/p)}, a smooth maximum
 *       of compute and memory time
 *   <li>decode attention: cached bytes read over {@code B e_kv}
 *   <li>prefill attention: {@code 4 heads dim layers sum c(q + c/2) / F_bf16 e_a} for chunks of c
 *       tokens after q cached ones
 *   <li>all-reduce, ring: {@code 2 layers (alpha + 2(tp-1)/tp * bytes / (link e_l))}
 *   <li>launches: a share a step and a share a layer, more where the step has prompts
 * </ul>
 *
 * <p>Roofline terms after public models of LLM serving; what each constant is worth is in {@link
 * Calibration}. Mixtures of experts are not validated. Immutable.
 */
public final class StepTime {
    private static final double ACTIVATION_BYTES = 2;

    private final Calibration constants;
    private final ModelShape model;
    private final Gpu gpu;
    private final WeightType weights;
    private final int tensor;
    private final int stages;
    private final double kvBytes;
    private final double link;
    private final double allReduceSeconds;
    private final double hopBandwidth;

    private StepTime(SimulatedCluster cluster, Calibration constants) {
        SimulatedEngine engine = cluster.engine();
        this.constants = constants;
        this.model = ModelShape.of(engine.model());
        this.gpu = Gpu.named(cluster.gpu());
        this.weights = WeightType.of(engine.quantization());
        this.tensor = engine.split().tensor();
        this.stages = engine.split().pipeline();
        this.kvBytes = model.kvValues(tensor) * engine.tuning().kvBytes();
        boolean inNode = tensor <= cluster.gpusPerNode();
        // Rings between nodes use all NICs of a node at once.
        double nic = gpu.nic() * cluster.networkSpeed();
        double rails = Math.min(gpu.link(), nic * cluster.gpusPerNode());
        this.link = inNode ? gpu.link() : rails;
        this.allReduceSeconds =
                inNode ? constants.allReduceSeconds() : constants.allReduceAcrossNodesSeconds();
        boolean stagesInNode = engine.split().worldSize() <= cluster.gpusPerNode();
        this.hopBandwidth = stagesInNode ? gpu.link() : nic;
    }

    /**
     * For a cluster's shape.
     *
     * @throws IllegalArgumentException if the GPU or the model's file is not usable
     */
    public static StepTime of(SimulatedCluster cluster, Calibration constants) {
        return new StepTime(cluster, constants);
    }

    /** Pipeline stages that each step passes. */
    int stages() {
        return stages;
    }

    /**
     * Seconds on one stage.
     *
     * @param tokens of all requests in the step, at least 1
     * @param cachedTokens that its decoding requests attend to, in all
     * @param prefillPairs of its prompts: sum of c(q + c/2)
     * @param prefill whether there are prompts in it
     */
    public double seconds(
            double tokens, double cachedTokens, double prefillPairs, boolean prefill) {
        double layers = (double) model.layers() / stages;
        double seconds =
                products(tokens)
                        + cachedTokens
                                * kvBytes
                                / (stages * tensor * gpu.bandwidth() * constants.kvShare())
                        + 4.0
                                * model.heads()
                                * model.headDim()
                                * layers
                                * prefillPairs
                                / (tensor * gpu.flops() * constants.attentionShare())
                        + allReduces(tokens, layers)
                        + constants.stepSeconds()
                        + layers * constants.layerSeconds();
        return prefill ? seconds + layers * constants.prefillLayerSeconds() : seconds;
    }

    /** Seconds from one stage to the next: hidden state and residual of each token. */
    public double hopSeconds(double tokens) {
        double bytes = tokens * model.hidden() * 2 * ACTIVATION_BYTES;
        return bytes / hopBandwidth + constants.hopSeconds();
    }

    /** Seconds that a request spends outside the scheduler. */
    public double frontEndSeconds() {
        return constants.frontEndSeconds();
    }

    private double products(double tokens) {
        double compute =
                2
                        * model.activeWeights()
                        * tokens
                        / (weights.flops(gpu) * constants.computeShare());
        double read = model.touchedWeights(tokens) * weights.bytes() + 2 * model.headWeights();
        double memory = read / (gpu.bandwidth() * constants.memoryShare());
        double norm = constants.overlapNorm();
        double joined = Math.pow(Math.pow(compute, norm) + Math.pow(memory, norm), 1 / norm);
        return joined / (tensor * stages);
    }

    private double allReduces(double tokens, double layers) {
        if (tensor == 1) {
            return 0;
        }
        double bytes = tokens * model.hidden() * ACTIVATION_BYTES;
        double sent = 2.0 * (tensor - 1) / tensor * bytes;
        return 2 * layers * (allReduceSeconds + sent / (link * constants.linkShare()));
    }
}
