package dev.shakedown.harness.scenario;

import java.util.Optional;

/**
 * The cluster's shape.
 *
 * @param gpu simulated: whose physics; elsewhere checked against what is found
 * @param dcgmExporter tells of the GPUs under load, where there is one
 */
public record ClusterSpec(
        Provider provider,
        int nodes,
        int gpusPerNode,
        Optional<String> gpu,
        Optional<DcgmSpec> dcgmExporter) {

    public ClusterSpec {
        if (nodes < 1 || gpusPerNode < 1) {
            throw new IllegalArgumentException("nodes and gpusPerNode must be at least 1");
        }
    }

    /** One without an exporter. */
    public ClusterSpec(Provider provider, int nodes, int gpusPerNode, Optional<String> gpu) {
        this(provider, nodes, gpusPerNode, gpu, Optional.empty());
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
