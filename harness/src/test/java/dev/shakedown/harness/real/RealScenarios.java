package dev.shakedown.harness.real;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Scenario files of the tests: the shipped one, and what is made of it. */
final class RealScenarios {
    /** What {@code local-1x2-tp2} needs to become one rank, which is up in half the time. */
    static final String[] ONE_RANK = {
        "--set", "cluster.gpusPerNode=1",
        "--set", "engine.tensorParallel=1",
        "--set", "engine.executor=mp",
        "--set", "smoke=off",
        "--set", "load.duration=10m"
    };

    private static final String TWO_NODES =
            """
            schemaVersion: 1
            name: two-nodes
            question: Do all 16 logical GPUs of two Ray nodes work?
            cluster: { provider: local, nodes: 2, gpusPerNode: 8 }
            local: { python: managed-cpu }
            smoke:
              monteCarloPi: { samplesPerTask: 1500000, burnSeconds: 1, matrixSize: 1000, timeout: 4m }
            """;

    // One at a time: with more, how fast a tool asks again changes what the engine batches.
    private static final String ATTACH =
            """
            schemaVersion: 1
            name: cross-check
            question: Do two tools measure the same?
            cluster: { provider: attach, nodes: 1, gpusPerNode: 1 }
            attach: { baseUrl: %s }
            smoke: off
            load:
              arrivals: { closedLoop: 1 }
              prompts: { inputTokens: 32, outputTokens: 32, seed: 42 }
              warmUp: 2s
              duration: 12s
            """;

    private RealScenarios() {}

    static Path tensorParallel() {
        return Path.of("..", "scenarios", "local-1x2-tp2.yaml").toAbsolutePath().normalize();
    }

    /** The same with limits on medians: a short load has too few requests for a p95. */
    static Path tensorParallelForAShortLoad(Path folder) throws IOException {
        String text = Files.readString(tensorParallel()).replace(".p95:", ".p50:");
        return Files.writeString(folder.resolve("local-short.yaml"), text);
    }

    static Path twoNodes(Path folder) throws IOException {
        return Files.writeString(folder.resolve("two-nodes.yaml"), TWO_NODES);
    }

    static Path attach(Path folder, URI server) throws IOException {
        return Files.writeString(folder.resolve("attach.yaml"), ATTACH.formatted(server));
    }
}
