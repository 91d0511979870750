package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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
    private static final String PORTS_OF = "ports of node ";

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
                                        planned(
                                                folder,
                                                i,
                                                free.subList(3 + i * each, 3 + (i + 1) * each)))
                        .toList();
        return new RayLayout(folder, address, gcs, free.get(1), free.get(2), nodes);
    }

    /** As a ledger keeps it. */
    Map<String, String> text() {
        Map<String, String> text = new TreeMap<>();
        text.put("folder", folder.toString());
        text.put("ip", address.ip());
        text.put("interface", address.networkInterface());
        text.put("gcsPort", String.valueOf(gcsPort));
        text.put("dashboardPort", String.valueOf(dashboardPort));
        text.put("clientPort", String.valueOf(clientPort));
        for (PlannedNode node : nodes) {
            text.put(
                    PORTS_OF + node.index(),
                    node.ports().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }
        return text;
    }

    /** What {@link #text} wrote. */
    static RayLayout of(Map<String, String> text) {
        Path folder = Path.of(text.getOrDefault("folder", ""));
        List<PlannedNode> nodes =
                IntStream.iterate(0, i -> text.containsKey(PORTS_OF + i), i -> i + 1)
                        .mapToObj(i -> planned(folder, i, text.getOrDefault(PORTS_OF + i, "")))
                        .toList();
        return new RayLayout(
                folder,
                new NodeAddress(text.getOrDefault("ip", ""), text.getOrDefault("interface", "")),
                Integer.parseInt(text.getOrDefault("gcsPort", "")),
                Integer.parseInt(text.getOrDefault("dashboardPort", "")),
                Integer.parseInt(text.getOrDefault("clientPort", "")),
                nodes);
    }

    private static PlannedNode planned(Path folder, int index, String ports) {
        return planned(folder, index, Stream.of(ports.split(" ")).map(Integer::valueOf).toList());
    }

    private static PlannedNode planned(Path folder, int index, List<Integer> ports) {
        return new PlannedNode(index, folder.resolve("n" + index), ports);
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
