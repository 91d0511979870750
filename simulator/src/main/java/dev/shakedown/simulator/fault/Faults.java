package dev.shakedown.simulator.fault;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.fault.FaultKind.Since;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The faults of one cluster, and which of them are there now. Used on the event loop only. */
public final class Faults {
    private final List<Fault> all;
    private final int nodes;
    private final int gpusPerNode;
    private final LongSupplier nanoTime;
    private final long clusterNanos;
    private long engineNanos = Long.MAX_VALUE;

    /**
     * Begins now.
     *
     * @param nanoTime as {@link System#nanoTime}
     */
    public Faults(List<Fault> all, int nodes, int gpusPerNode, LongSupplier nanoTime) {
        this.all = List.copyOf(all);
        this.nodes = nodes;
        this.gpusPerNode = gpusPerNode;
        this.nanoTime = nanoTime;
        this.clusterNanos = nanoTime.getAsLong();
    }

    /** A cluster in which all is well. */
    public static Faults none() {
        return new Faults(List.of(), 1, 1, () -> 0);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Those that were asked for. */
    public List<Fault> all() {
        return all;
    }

    /** Those that are there now. */
    public List<Fault> active() {
        return all.stream().filter(this::active).toList();
    }

    /** The engine serves from now on. */
    public void engineServes() {
        engineNanos = nanoTime.getAsLong();
    }

    /** What the effect is now, wherever it is; the first that was asked for counts. */
    public Optional<String> value(Effect effect) {
        return first(effect, _ -> true);
    }

    /** The same on one node. */
    public Optional<String> onNode(Effect effect, int node) {
        return first(effect, fault -> hitsNode(fault, node));
    }

    /** The same for one GPU: what is done to its node is done to it. */
    public Optional<String> onGpu(Effect effect, int node, int gpu) {
        int rank = node * gpusPerNode + gpu;
        return first(effect, fault -> hitsGpu(fault, node, rank));
    }

    /** The same for the request of that number. */
    public Optional<String> onRequest(Effect effect, long number) {
        return first(effect, fault -> drawn(number) < fault.share());
    }

    /** An effect's value as a number; what is usual where there is no such effect. */
    public static double number(Optional<String> value, double usual) {
        return value.map(Double::parseDouble).orElse(usual);
    }

    /** Those of some nodes that Ray knows of. */
    public List<SimulatedNode> present(List<SimulatedNode> nodes) {
        return nodes.stream()
                .filter(node -> onNode(Effect.NODE_ABSENT, node.index()).isEmpty())
                .toList();
    }

    /**
     * What keeps an engine from coming up.
     *
     * @param at share of the start-up, 0 to 1
     * @param fails whether it ends there; else it is silent from there on
     */
    public record InStart(Fault fault, double at, boolean fails) {}

    /** The first fault that keeps an engine from coming up. */
    public Optional<InStart> inStart() {
        return all.stream().flatMap(fault -> inStart(fault).stream()).findFirst();
    }

    private Optional<InStart> inStart(Fault fault) {
        boolean fails = has(fault, Effect.START_FAILS_AT);
        boolean hangs = has(fault, Effect.START_HANGS_AT);
        String at = of(fault, fails ? Effect.START_FAILS_AT : Effect.START_HANGS_AT);
        return fails || hangs
                ? Optional.of(new InStart(fault, Double.parseDouble(at), fails))
                : Optional.empty();
    }

    /** How much longer a step takes; infinite while none ends. */
    public double slowness() {
        if (all.isEmpty()) {
            return 1;
        }
        if (value(Effect.ENGINE_HANGS).isPresent()) {
            return Double.POSITIVE_INFINITY;
        }
        return all.stream()
                .filter(fault -> has(fault, Effect.GPU_SPEED))
                .mapToDouble(fault -> 1 / Double.parseDouble(of(fault, Effect.GPU_SPEED)))
                .max()
                .orElse(1);
    }

    /** Index of the node that a fault is on. */
    public int nodeOf(Fault fault) {
        return fault.kind().hits() == FaultKind.Hits.RANK
                ? Math.min(rankOf(fault) / gpusPerNode, nodes - 1)
                : fault.node().orElse(nodes) - 1;
    }

    /** The rank that a fault is on: the first of its node if it is on all of them. */
    public int rankOf(Fault fault) {
        return fault.rank().orElse((fault.node().orElse(nodes) - 1) * gpusPerNode);
    }

    private Optional<String> first(Effect effect, Predicate<Fault> hit) {
        return all.stream()
                .filter(fault -> has(fault, effect) && hit.test(fault))
                .findFirst()
                .map(fault -> of(fault, effect));
    }

    private boolean has(Fault fault, Effect effect) {
        return fault.kind().effects().containsKey(effect) && active(fault);
    }

    private boolean active(Fault fault) {
        long from = fault.kind().since() == Since.ENGINE ? engineNanos : clusterNanos;
        if (from == Long.MAX_VALUE) {
            return false;
        }
        long age = nanoTime.getAsLong() - from - fault.after().toNanos();
        return age >= 0 && fault.lasting().map(time -> age < time.toNanos()).orElse(true);
    }

    private boolean hitsNode(Fault fault, int node) {
        return switch (fault.kind().hits()) {
            case NODE, RANK -> nodeOf(fault) == node;
            case CLUSTER, REQUESTS -> true;
        };
    }

    private boolean hitsGpu(Fault fault, int node, int rank) {
        return fault.kind().hits() == FaultKind.Hits.RANK
                ? rankOf(fault) == rank
                : hitsNode(fault, node);
    }

    private static String of(Fault fault, Effect effect) {
        return fault.value(effect).orElse("");
    }

    /** The same for the same request, so that a run can be repeated; 0 to 1. */
    private static double drawn(long number) {
        long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return ((mixed ^ (mixed >>> 32)) >>> 11) * 0x1p-53;
    }
}
