package dev.shakedown.simulator;

/**
 * What is simulated.
 *
 * @param gpu the GPU's name, as {@code H100-SXM-80GB}
 * @param model as the engine is asked to serve it
 */
public record SimulatedCluster(
        int nodes,
        int gpusPerNode,
        String gpu,
        String model,
        int tensorParallel,
        int pipelineParallel,
        int dataParallel) {

    public SimulatedCluster {
        if (nodes < 1 || gpusPerNode < 1) {
            throw new IllegalArgumentException(
                    "a cluster has nodes and GPUs: " + nodes + " x " + gpusPerNode);
        }
        int worldSize = tensorParallel * pipelineParallel * dataParallel;
        if (worldSize > nodes * gpusPerNode) {
            throw new IllegalArgumentException(
                    "World size ("
                            + worldSize
                            + ") is larger than the number of available GPUs ("
                            + nodes * gpusPerNode
                            + ")");
        }
    }
}
