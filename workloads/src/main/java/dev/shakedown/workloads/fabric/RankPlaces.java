package dev.shakedown.workloads.fabric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which rank is where, as the job's lines tell. */
public final class RankPlaces {
    private final Map<Integer, FabricLine.Rank> placed = new TreeMap<>();
    private final Map<Integer, FabricLine.Node> planned = new TreeMap<>();

    private RankPlaces() {}

    public static RankPlaces of(List<FabricLine> lines) {
        RankPlaces places = new RankPlaces();
        for (FabricLine line : lines) {
            if (line instanceof FabricLine.Rank rank) {
                places.placed.put(rank.rank(), rank);
            } else if (line instanceof FabricLine.Start start) {
                places.plan(start);
            }
        }
        return places;
    }

    /** Ranks fill a node before the next one. */
    private void plan(FabricLine.Start start) {
        for (FabricLine.Node node : start.nodes()) {
            for (int gpu = 0; gpu < node.gpus(); gpu++) {
                planned.put(planned.size(), node);
            }
        }
    }

    /** How many ranks got a process. */
    public int ranks() {
        return placed.size();
    }

    /** Whether two ranks are known to be on different nodes. */
    public boolean apart(int rank, int peer) {
        String one = nodeId(rank);
        String other = nodeId(peer);
        return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
    }

    /**
     * What NCCL says a channel between ranks of different nodes goes over; empty for other lines.
     */
    public Optional<String> crossing(FabricLine line) {
        return line instanceof FabricLine.Transport channel && apart(channel.rank(), channel.peer())
                ? Optional.of(channel.via())
                : Optional.empty();
    }

    /** The node's name; its address where two nodes share the name. */
    public String node(int rank) {
        FabricLine.@Nullable Rank at = placed.get(rank);
        if (at == null) {
            FabricLine.@Nullable Node node = planned.get(rank);
            return node == null ? "rank " + rank : node.nodeIp();
        }
        boolean alone =
                placed.values().stream()
                        .filter(other -> other.hostname().equals(at.hostname()))
                        .allMatch(other -> other.nodeId().equals(at.nodeId()));
        String id = at.nodeId().substring(0, Math.min(8, at.nodeId().length()));
        return alone ? at.hostname() : at.nodeIp() + " node " + id;
    }

    /** {@code rank 3 on node-a, ranks 8 to 15 on node-b}. */
    public String named(Collection<Integer> ranks) {
        Map<String, SortedSet<Integer>> byNode = new LinkedHashMap<>();
        ranks.forEach(rank -> byNode.computeIfAbsent(node(rank), _ -> new TreeSet<>()).add(rank));
        return byNode.entrySet().stream()
                .map(on -> numbers(on.getValue()) + " on " + on.getKey())
                .collect(Collectors.joining(", "));
    }

    private static String numbers(SortedSet<Integer> ranks) {
        int first = ranks.first();
        int last = ranks.last();
        if (first == last) {
            return "rank " + first;
        }
        return last - first == ranks.size() - 1
                ? "ranks " + first + " to " + last
                : "ranks " + ranks.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    /** {@code node-a – node-b}. */
    public String nodes(Collection<Integer> ranks) {
        Set<String> names = new LinkedHashSet<>();
        ranks.forEach(rank -> names.add(node(rank)));
        return String.join(" – ", new ArrayList<>(names));
    }

    /** The kernel's range of a node, by its address; empty text where it is not known. */
    String ephemeralPorts(String ip) {
        return placed.values().stream()
                .filter(rank -> rank.nodeIp().equals(ip))
                .flatMap(rank -> rank.ephemeralPorts().stream())
                .findFirst()
                .orElse("");
    }

    private String nodeId(int rank) {
        FabricLine.@Nullable Rank at = placed.get(rank);
        return at == null ? "" : at.nodeId();
    }
}
