package dev.shakedown.simulator;

import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Fault;
import java.util.List;
import java.util.Objects;

/**
 * What is simulated.
 *
 * @param gpu the GPU's name, as {@code H100-SXM-80GB}; see {@code engine/Gpu}
 * @param engine as it is asked to serve; a start command may replace it later
 * @param faults what is broken in it
 */
public record SimulatedCluster(
        int nodes, int gpusPerNode, String gpu, SimulatedEngine engine, List<Fault> faults) {

    public SimulatedCluster {
        faults = List.copyOf(faults);
        if (nodes < 1 || gpusPerNode < 1) {
            throw new IllegalArgumentException(
                    "a cluster has nodes and GPUs: " + nodes + " x " + gpusPerNode);
        }
    }

    /** One in which all is well. */
    public SimulatedCluster(int nodes, int gpusPerNode, String gpu, SimulatedEngine engine) {
        this(nodes, gpusPerNode, gpu, engine, List.of());
    }

    /** GPUs of all nodes. */
    public int gpus() {
        return nodes * gpusPerNode;
    }

    /** Bandwidth between nodes, 1 is as usual; of the whole run. */
    public double networkSpeed() {
        return share(Effect.NETWORK_SPEED);
    }

    /** Share of the KV cache that is there; of the whole run. */
    public double kvShare() {
        return share(Effect.KV_SHARE);
    }

    private double share(Effect effect) {
        return faults.stream()
                .map(fault -> fault.kind().effects().get(effect))
                .filter(Objects::nonNull)
                .mapToDouble(Double::parseDouble)
                .min()
                .orElse(1);
    }

    /** The same nodes with another engine on them. */
    public SimulatedCluster withEngine(SimulatedEngine other) {
        return new SimulatedCluster(nodes, gpusPerNode, gpu, other, faults);
    }
}
