package dev.shakedown.harness.cluster.ssh;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The ports of one host, all pinned, so that a firewall can be told and so that Ray takes none by
 * chance. Ray's usual ones, or a block of 2000 from a base on. None lies where the kernel hands out
 * ports for outgoing connections (from 32768 on).
 *
 * @param gcs head only, as are {@code dashboard} and {@code client}
 * @param vllm of the engine's HTTP server
 */
record RayPorts(
        int gcs,
        int dashboard,
        int client,
        List<Integer> agents,
        int vllm,
        int firstWorker,
        int lastWorker) {

    /** What the agents' ports are for, in their order. */
    static final List<String> AGENTS =
            List.of(
                    "--node-manager-port",
                    "--object-manager-port",
                    "--dashboard-agent-listen-port",
                    "--dashboard-agent-grpc-port",
                    "--runtime-env-agent-port",
                    "--metrics-export-port");

    private static final int FIRST_WORKER = 100;
    private static final int LAST_WORKER = 1_999;

    RayPorts {
        agents = List.copyOf(agents);
    }

    static RayPorts of(OptionalInt base) {
        if (base.isEmpty()) {
            return new RayPorts(
                    6379,
                    8265,
                    10001,
                    List.of(6380, 6381, 6382, 6383, 6384, 6385),
                    8000,
                    10002,
                    19999);
        }
        int first = base.getAsInt();
        return new RayPorts(
                first,
                first + 1,
                first + 2,
                List.of(first + 3, first + 4, first + 5, first + 6, first + 7, first + 8),
                first + 9,
                first + FIRST_WORKER,
                first + LAST_WORKER);
    }

    /** Those that one process each will listen on; the workers' are a range to choose from. */
    List<Integer> single(boolean head) {
        List<Integer> all = new ArrayList<>(agents);
        if (head) {
            all.addAll(List.of(gcs, dashboard, client, vllm));
        }
        return all;
    }
}
