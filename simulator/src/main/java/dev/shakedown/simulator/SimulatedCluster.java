package dev.shakedown.simulator;

/**
 * What is simulated.
 *
 * @param gpu the GPU's name, as {@code H100-SXM-80GB}; see {@code engine/Gpu}
 * @param engine as it is asked to serve; a start command may replace it later
 */
public record SimulatedCluster(int nodes, int gpusPerNode, String gpu, SimulatedEngine engine) {

    public SimulatedCluster {
        if (nodes < 1 || gpusPerNode < 1) {
            throw new IllegalArgumentException(
                    "a cluster has nodes and GPUs: " + nodes + " x " + gpusPerNode);
        }
    }

    /** GPUs of all nodes. */
    public int gpus() {
        return nodes * gpusPerNode;
    }

    /** The same nodes with another engine on them. */
    public SimulatedCluster withEngine(SimulatedEngine other) {
        return new SimulatedCluster(nodes, gpusPerNode, gpu, other);
    }
}
