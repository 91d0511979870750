package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where everything of a local cluster is: addresses, ports, folders.
 *
 * @param folder of this run, with Ray's temporary folders and the token
 * @param gcsPort of the head
 * @param clientPort of Ray's client server, which the head opens where it is installed
 */
record RayLayout(
        Path folder,
        NodeAddress address,
        int gcsPort,
        int dashboardPort,
        int clientPort,
        List<PlannedNode> nodes) {

    RayLayout {
        nodes = List.copyOf(nodes);
    }

    static RayLayout choose(Scenario scenario, Path folder, NodeAddress address) {
        int count = scenario.cluster().nodes();
        int each = PlannedNode.PORTS.size();
        List<Integer> free = new ArrayList<>(Ports.free(3 + count * each));
        int gcs = scenario.local().headPort().orElse(free.get(0));
        List<PlannedNode> nodes =
                IntStream.range(0, count)
                        .mapToObj(
                                i ->
                                        new PlannedNode(
                                                i,
                                                folder.resolve("n" + i),
                                                free.subList(3 + i * each, 3 + (i + 1) * each)))
                        .toList();
        return new RayLayout(folder, address, gcs, free.get(1), free.get(2), nodes);
    }

    String gcsAddress() {
        return address.ip() + ":" + gcsPort;
    }

    String dashboard() {
        return "http://127.0.0.1:" + dashboardPort;
    }

    Path token() {
        return folder.resolve("token");
    }
}
