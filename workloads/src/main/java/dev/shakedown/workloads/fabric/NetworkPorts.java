package dev.shakedown.workloads.fabric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many ports NCCL uses on each node: {@code NET/IB : Using [0]mlx5_0:1/IB [1]mlx5_1:1/IB [RO]}.
 * A port that is down is not in that line, and NCCL works without it, only slower.
 */
record NetworkPorts(Map<String, Integer> byNode) {
    private static final Pattern USING = Pattern.compile("NET/IB : Using ((?:\\[\\d+]\\S+ ?)+)");
    private static final String NONE = "NET/IB : No device found";
    private static final Pattern PORT = Pattern.compile("\\[\\d+]");

    static NetworkPorts of(List<FabricLine> lines, RankPlaces places) {
        Map<String, Integer> byNode = new LinkedHashMap<>();
        for (FabricLine line : lines) {
            if (line instanceof FabricLine.Log(int rank, String text)) {
                Matcher using = USING.matcher(text);
                if (using.find()) {
                    byNode.put(
                            places.node(rank),
                            (int) PORT.matcher(using.group(1)).results().count());
                } else if (text.contains(NONE)) {
                    byNode.put(places.node(rank), 0);
                }
            }
        }
        return new NetworkPorts(byNode);
    }

    /** The nodes that have fewer than others, in words. */
    Optional<String> uneven() {
        int most = byNode.values().stream().mapToInt(count -> count).max().orElse(0);
        List<String> fewer = new ArrayList<>();
        byNode.forEach(
                (node, ports) -> {
                    if (ports < most) {
                        fewer.add("%s %d".formatted(node, ports));
                    }
                });
        return fewer.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "NCCL uses %d InfiniBand ports of a node, but on %s: look there for a port that is down or hidden (ibstat, NCCL_IB_HCA)"
                                .formatted(most, String.join(", on ", fewer)));
    }
}
