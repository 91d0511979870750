package dev.shakedown.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What each node has in its log folder as soon as it is up. */
final class NodeLogs {
    private NodeLogs() {}

    /**
     * @param nodes that come up
     * @throws UncheckedIOException if the folder cannot be written
     */
    static void write(Path logs, List<SimulatedNode> nodes, String head) {
        for (SimulatedNode node : nodes) {
            List<String> lines =
                    List.of(
                            "# SIMULATED by Shakedown: no GPU, no vLLM and no Ray wrote this file.",
                            "Local node IP: " + node.ip(),
                            node.head()
                                    ? "Ray runtime started."
                                    : "Connected to Ray cluster at address: " + head + ":6379",
                            "[I] (raylet) node_id = " + node.id(),
                            "[I] (raylet) resources: GPU " + node.gpuUuids().size());
            try {
                Path folder = Files.createDirectories(logs.resolve(node.hostname()));
                Files.write(folder.resolve("raylet.out"), lines);
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        }
    }
}
