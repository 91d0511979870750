package dev.shakedown.workloads.fabric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports that NCCL uses on each node: {@code NET/IB : Using [0]mlx5_0:1/IB [1]mlx5_1:1/IB [RO]}.
 * A port that is down is not in that line, and NCCL works without it, only slower.
 */
record NetworkPorts(Map<String, List<String>> byNode) {
    private static final Pattern USING = Pattern.compile("NET/IB : Using ((?:\\[\\d+]\\S+ ?)+)");
    private static final String NONE = "NET/IB : No device found";
    private static final Pattern PORT = Pattern.compile("\\[\\d+]([^\\s/]+)");

    static NetworkPorts of(List<FabricLine> lines, RankPlaces places) {
        Map<String, List<String>> byNode = new LinkedHashMap<>();
        for (FabricLine line : lines) {
            if (line instanceof FabricLine.Log(int rank, String text)) {
                Matcher using = USING.matcher(text);
                if (using.find()) {
                    byNode.put(places.node(rank), ports(using.group(1)));
                } else if (text.contains(NONE)) {
                    byNode.put(places.node(rank), List.of());
                }
            }
        }
        return new NetworkPorts(byNode);
    }

    /** The nodes that have fewer than others, in words. */
    Optional<String> uneven() {
        int most = byNode.values().stream().mapToInt(List::size).max().orElse(0);
        List<String> fewer = new ArrayList<>();
        byNode.forEach(
                (node, ports) -> {
                    if (ports.size() < most) {
                        fewer.add("%s %d".formatted(node, ports.size()));
                    }
                });
        return fewer.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "NCCL uses %d InfiniBand ports of a node, but on %s: look there for a port that is down or hidden (ibstat, NCCL_IB_HCA)"
                                .formatted(most, String.join(", on ", fewer)));
    }

    private static List<String> ports(String list) {
        return PORT.matcher(list).results().map(port -> port.group(1)).toList();
    }
}
