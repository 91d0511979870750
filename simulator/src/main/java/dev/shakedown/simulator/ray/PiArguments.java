package dev.shakedown.simulator.ray;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The flags of the Monte-Carlo-Pi job. */
record PiArguments(
        long samplesPerTask,
        double burnSeconds,
        long matrixSize,
        int nodes,
        int gpusPerNode,
        double timeoutSeconds) {

    /**
     * Empty if the entrypoint is some other program.
     *
     * @param nodes where the entrypoint does not say
     * @param gpusPerNode where the entrypoint does not say
     * @throws NumberFormatException if a flag's value is no number
     */
    static Optional<PiArguments> of(String entrypoint, int nodes, int gpusPerNode) {
        if (!entrypoint.contains("pi_job.py")) {
            return Optional.empty();
        }
        Map<String, String> flags = flags(entrypoint);
        return Optional.of(
                new PiArguments(
                        Long.parseLong(flags.getOrDefault("samples-per-task", "10000000")),
                        Double.parseDouble(flags.getOrDefault("burn-seconds", "6")),
                        Long.parseLong(flags.getOrDefault("matrix-size", "25000")),
                        Integer.parseInt(flags.getOrDefault("nodes", String.valueOf(nodes))),
                        Integer.parseInt(
                                flags.getOrDefault("gpus-per-node", String.valueOf(gpusPerNode))),
                        Double.parseDouble(flags.getOrDefault("timeout", "600"))));
    }

    private static Map<String, String> flags(String entrypoint) {
        Map<String, String> flags = new HashMap<>();
        String[] words = entrypoint.replace("'", "").replace("=", " ").split("\\s+", -1);
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].startsWith("--")) {
                flags.put(words[i].substring(2), words[i + 1]);
            }
        }
        return flags;
    }
}
