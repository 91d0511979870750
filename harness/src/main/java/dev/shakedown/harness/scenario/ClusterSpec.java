package dev.shakedown.harness.scenario;

import java.util.Optional;

/**
 * The cluster's shape.
 *
 * @param gpu simulated: whose physics; elsewhere checked against what is found
 */
public record ClusterSpec(Provider provider, int nodes, int gpusPerNode, Optional<String> gpu) {

    public ClusterSpec {
        if (nodes < 1 || gpusPerNode < 1) {
            throw new IllegalArgumentException("nodes and gpusPerNode must be at least 1");
        }
    }

    /** All GPUs of the cluster. */
    public int gpus() {
        return nodes * gpusPerNode;
    }

    void requireRoomFor(Parallelism parallelism) {
        if (parallelism.worldSize() > gpus()) {
            throw new IllegalArgumentException(
                    "%s needs %d GPUs, the cluster has %d x %d = %d"
                            .formatted(
                                    parallelism,
                                    parallelism.worldSize(),
                                    nodes,
                                    gpusPerNode,
                                    gpus()));
        }
    }
}
