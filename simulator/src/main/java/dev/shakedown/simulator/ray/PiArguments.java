package dev.shakedown.simulator.ray;

/** The flags of the Monte-Carlo-Pi job. */
record PiArguments(
        long samplesPerTask,
        long burnSeconds,
        long matrixSize,
        int nodes,
        int gpusPerNode,
        long timeoutSeconds,
        long seed) {

    /**
     * @param nodes where the entrypoint does not say
     * @param gpusPerNode where the entrypoint does not say
     * @throws NumberFormatException if a flag's value is no number
     */
    static PiArguments of(JobFlags flags, int nodes, int gpusPerNode) {
        return new PiArguments(
                flags.whole("samples-per-task", 10_000_000),
                flags.whole("burn-seconds", 6),
                flags.whole("matrix-size", 25_000),
                flags.orAll("nodes", nodes),
                flags.orAll("gpus-per-node", gpusPerNode),
                flags.whole("timeout", 600),
                flags.whole("seed", 42));
    }
}
