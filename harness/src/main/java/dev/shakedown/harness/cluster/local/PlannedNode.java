package dev.shakedown.harness.cluster.local;

import java.nio.file.Path;
import java.util.List;

/**
 * One Ray node to be.
 *
 * @param ports as many as {@link #PORTS}
 * @param folder Ray's temporary folder, short: sockets with paths of up to 107 bytes lie in it
 */
record PlannedNode(int index, Path folder, List<Integer> ports) {
    static final List<String> PORTS =
            List.of(
                    "--dashboard-agent-listen-port",
                    "--dashboard-agent-grpc-port",
                    "--runtime-env-agent-port",
                    "--metrics-export-port",
                    "--node-manager-port",
                    "--object-manager-port");

    PlannedNode {
        ports = List.copyOf(ports);
        if (ports.size() != PORTS.size()) {
            throw new IllegalArgumentException("a Ray node needs " + PORTS.size() + " ports");
        }
    }

    boolean head() {
        return index == 0;
    }

    String name() {
        return head() ? "head" : "worker" + index;
    }
}
