package dev.shakedown.harness.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an engine's log proves. Whatever the log does not say is empty.
 *
 * @param worldSize ranks of one world; with data parallel, the replicas may be worlds of their own
 * @param localWorldSize how many of them run on the node that wrote the log (executor mp only)
 * @param backend {@code nccl} or {@code gloo}
 * @param executor {@code ray} or {@code mp}
 * @param kvCacheTokens that fit into the KV cache of one replica
 * @param maxConcurrency requests of the maximum length that fit at once
 * @param ranks one for each rank that left a line, by rank and process
 * @param folded Ray merged lines of several ranks, so a rank without a line may still run
 * @param transports what NCCL says its channels go over, sorted; empty without {@code NCCL_DEBUG}
 * @param startUp parts of the start-up, the slowest rank's time for each; see the constants
 */
public record EngineFacts(
        Optional<String> version,
        OptionalInt worldSize,
        OptionalInt localWorldSize,
        Optional<String> backend,
        Optional<String> executor,
        OptionalLong kvCacheTokens,
        OptionalDouble maxConcurrency,
        List<RankPlace> ranks,
        boolean folded,
        Set<String> transports,
        Map<String, Duration> startUp) {
    /** Reading the weights. */
    public static final String WEIGHTS = "weights";

    /** Building the model, weights included where there are any. */
    public static final String MODEL = "model";

    /** Compiling with torch. */
    public static final String COMPILE = "compile";

    /** Capturing CUDA graphs. */
    public static final String GRAPHS = "graphCapture";

    /** Profiling, KV cache, compiling, capturing and warming up together. */
    public static final String INIT = "engineInit";

    /** A log that says nothing, or none. */
    public static final EngineFacts NONE =
            new EngineFacts(
                    Optional.empty(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalDouble.empty(),
                    List.of(),
                    false,
                    Set.of(),
                    Map.of());

    public EngineFacts {
        List<RankPlace> sorted = new ArrayList<>(ranks);
        sorted.sort(Comparator.comparingInt(RankPlace::rank).thenComparingLong(RankPlace::pid));
        ranks = List.copyOf(sorted);
        transports = Collections.unmodifiableSet(new TreeSet<>(transports));
        startUp = Map.copyOf(startUp);
    }

    /** These facts and the ranks that another node's log of the same engine shows. */
    public EngineFacts with(EngineFacts otherNode) {
        List<RankPlace> all = new ArrayList<>(ranks);
        all.addAll(otherNode.ranks);
        Set<String> everywhere = new TreeSet<>(transports);
        everywhere.addAll(otherNode.transports);
        return new EngineFacts(
                version.or(otherNode::version),
                worldSize.isPresent() ? worldSize : otherNode.worldSize,
                localWorldSize.isPresent() ? localWorldSize : otherNode.localWorldSize,
                backend.or(otherNode::backend),
                executor.or(otherNode::executor),
                kvCacheTokens.isPresent() ? kvCacheTokens : otherNode.kvCacheTokens,
                maxConcurrency.isPresent() ? maxConcurrency : otherNode.maxConcurrency,
                all,
                folded || otherNode.folded,
                everywhere,
                startUp);
    }
}
