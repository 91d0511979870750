package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.Cluster.Node;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.Parallelism;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Holds what the log proves against what the scenario asks. Fewer nodes or ranks, or a
 * tensor-parallel group over several nodes that would fit on one, fail. What a log without rank
 * lines leaves open is said, not failed.
 */
public final class PlacementCheck {
    private final EngineFacts facts;
    private final ClusterSpec cluster;
    private final Parallelism shape;
    private final List<Node> nodes;
    private final List<String> unknown = new ArrayList<>();

    private PlacementCheck(
            EngineFacts facts, ClusterSpec cluster, Parallelism shape, List<Node> nodes) {
        this.facts = facts;
        this.cluster = cluster;
        this.shape = shape;
        this.nodes = nodes;
    }

    /**
     * Compares the two.
     *
     * @param nodes of the cluster that is up; may be empty or unknown
     * @throws StepFailedException if the log proves a placement that the scenario does not want
     */
    public static Placement check(
            EngineFacts facts, ClusterSpec cluster, Parallelism shape, List<Node> nodes) {
        return new PlacementCheck(facts, cluster, shape, nodes).check();
    }

    private Placement check() {
        if (facts.ranks().isEmpty() && facts.worldSize().isEmpty()) {
            unknown.add("no log says where the ranks run");
            return placement("placement unknown");
        }
        requireRanks();
        OptionalInt nodeCount = nodeCount();
        nodeCount.ifPresent(this::requireNodes);
        requireTensorGroupsTogether();
        return placement(
                nodeCount.isEmpty()
                        ? "number of nodes unknown"
                        : nodeCount.getAsInt() == 1 ? "single node" : "multi node");
    }

    private void requireRanks() {
        int inOneWorld = shape.tensor() * shape.pipeline();
        int world = facts.worldSize().orElse(inOneWorld);
        if (world < inOneWorld) {
            throw failed(
                    "vLLM runs with world size %d, the scenario's %s needs %d"
                            .formatted(world, shape, inOneWorld));
        }
        int found = facts.ranks().size();
        int missing = shape.worldSize() - found;
        if (missing <= 0) {
            return;
        }
        if (found >= ranksOfThisLog(world)) {
            unknown.add(
                    "%d of %d ranks run on nodes whose log is not here"
                            .formatted(missing, shape.worldSize()));
        } else if (facts.folded()) {
            unknown.add(
                    "%d of %d ranks left no line (Ray folded like lines; RAY_DEDUP_LOGS=0 stops it)"
                            .formatted(missing, shape.worldSize()));
        } else {
            throw failed(
                    "the log shows %d of the scenario's %d ranks"
                            .formatted(found, shape.worldSize()));
        }
    }

    /** With executor mp on several nodes, each node has a log of its own. */
    private int ranksOfThisLog(int world) {
        int local = facts.localWorldSize().orElse(world);
        return local < world ? local * Math.max(1, shape.worldSize() / world) : shape.worldSize();
    }

    /** Empty where the log cannot tell. */
    private OptionalInt nodeCount() {
        int world = facts.worldSize().orElse(shape.worldSize());
        int local = facts.localWorldSize().orElse(world);
        if (local > 0 && local < world) {
            return OptionalInt.of((world + local - 1) / local);
        }
        if (nodesShareAddress()) {
            unknown.add("the nodes share one address, so the log cannot tell them apart");
            return OptionalInt.empty();
        }
        if (facts.ranks().isEmpty() || facts.ranks().size() < shape.worldSize()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(byNode().size());
    }

    private boolean nodesShareAddress() {
        return nodes.size() > 1 && nodes.stream().map(Node::ip).distinct().count() < nodes.size();
    }

    private void requireNodes(int found) {
        int needed = (shape.worldSize() + cluster.gpusPerNode() - 1) / cluster.gpusPerNode();
        if (found < needed) {
            throw failed(
                    "vLLM runs on %d node%s, the scenario's %s on %d GPUs a node needs %d"
                            .formatted(
                                    found,
                                    found == 1 ? "" : "s",
                                    shape,
                                    cluster.gpusPerNode(),
                                    needed));
        }
    }

    private void requireTensorGroupsTogether() {
        if (shape.tensor() > cluster.gpusPerNode()) {
            return;
        }
        int world = facts.worldSize().orElse(shape.worldSize());
        if (facts.localWorldSize().orElse(world) < Math.min(shape.tensor(), world)) {
            throw spans("a node holds %d ranks".formatted(facts.localWorldSize().orElse(0)));
        }
        Map<String, List<RankPlace>> groups =
                facts.ranks().stream()
                        .filter(rank -> rank.tp() >= 0)
                        .collect(
                                Collectors.groupingBy(
                                        rank -> "DP%d PP%d".formatted(rank.dp(), rank.pp()),
                                        TreeMap::new,
                                        Collectors.toList()));
        groups.forEach(
                (group, ranks) -> {
                    long onNodes = ranks.stream().map(RankPlace::node).distinct().count();
                    // Replicas that are worlds of their own all call themselves DP0.
                    if (onNodes > 1 && ranks.size() <= shape.tensor()) {
                        throw spans("group %s runs on %d nodes".formatted(group, onNodes));
                    }
                });
    }

    private StepFailedException spans(String how) {
        return failed(
                "tensor parallel %d spans nodes although a node has %d GPUs (%s)"
                        .formatted(shape.tensor(), cluster.gpusPerNode(), how));
    }

    private Placement placement(String where) {
        Map<String, List<Integer>> byNode = byNode();
        StringJoiner summary = new StringJoiner(", ");
        summary.add(where);
        if (!byNode.isEmpty()) {
            summary.add(
                    byNode.entrySet().stream()
                            .map(node -> node.getKey() + ": " + ranks(node.getValue()))
                            .collect(Collectors.joining("; ")));
        }
        facts.executor().ifPresent(executor -> summary.add("executor " + executor));
        facts.backend().ifPresent(summary::add);
        facts.kvCacheTokens()
                .ifPresent(
                        tokens ->
                                summary.add(
                                        String.format(Locale.ROOT, "KV cache %,d tokens", tokens)));
        return new Placement(summary.toString(), byNode, map(), unknown);
    }

    private static String ranks(List<Integer> ranks) {
        return ranks.size() == 1
                ? "rank " + ranks.getFirst()
                : ranks.size() + " ranks (" + ranks.getFirst() + " to " + ranks.getLast() + ")";
    }

    private Map<String, List<Integer>> byNode() {
        return facts.ranks().stream()
                .collect(
                        Collectors.groupingBy(
                                this::nodeOf,
                                TreeMap::new,
                                Collectors.mapping(RankPlace::rank, Collectors.toList())));
    }

    private List<String> map() {
        Function<Integer, String> known = index -> index < 0 ? "?" : Integer.toString(index);
        return facts.ranks().stream()
                .map(
                        rank ->
                                "rank %d (DP%s PP%s TP%s) -> node %s, GPU %s, pid %d"
                                        .formatted(
                                                rank.rank(),
                                                known.apply(rank.dp()),
                                                known.apply(rank.pp()),
                                                known.apply(rank.tp()),
                                                nodeOf(rank),
                                                known.apply(rank.localRank().orElse(-1)),
                                                rank.pid()))
                .toList();
    }

    /** The address behind {@code head}, where the cluster knows one. */
    private String nodeOf(RankPlace rank) {
        return rank.node().equals(RankPlace.HEAD)
                ? nodes.stream()
                        .filter(Node::head)
                        .map(Node::ip)
                        .filter(ip -> !ip.isEmpty())
                        .findFirst()
                        .orElse(RankPlace.HEAD)
                : rank.node();
    }

    private StepFailedException failed(String what) {
        return new StepFailedException(
                what,
                "",
                map(),
                "check that every node's GPUs are registered and free (ray status), and that"
                        + " engine.tensorParallel and pipelineParallel fit cluster.nodes and"
                        + " gpusPerNode");
    }
}
