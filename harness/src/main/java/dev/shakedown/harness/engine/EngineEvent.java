package dev.shakedown.harness.engine;

import java.time.Duration;

/** Something that vLLM's log said. */
public sealed interface EngineEvent {
    /** Its version, without a {@code v}. */
    record Version(String version) implements EngineEvent {}

    /** Sizes that vLLM was configured with. */
    record Sizes(int tensor, int pipeline, int data) implements EngineEvent {}

    /** Who starts the ranks: {@code ray} or {@code mp}. */
    record ExecutorSeen(String executor) implements EngineEvent {}

    /** A rank joined its world; {@code backend} is {@code nccl} or {@code gloo}. */
    record RankJoined(Source source, int worldSize, int rank, int localRank, String backend)
            implements EngineEvent {}

    /** A rank's place in the groups. */
    record RankAssigned(Source source, int worldSize, int rank, int dp, int pp, int tp)
            implements EngineEvent {}

    /** A worker named itself after its place; a dimension of size 1 is left out of the name. */
    record WorkerNamed(Source source, int dp, int pp, int tp) implements EngineEvent {}

    /** How many of the world's ranks run on this node (executor mp only). */
    record LocalWorld(int worldSize, int localWorldSize) implements EngineEvent {}

    /** Ray folded lines of several processes into one: missing lines prove nothing. */
    record LinesFolded() implements EngineEvent {}

    /** Weights are being read, 0 to 1. */
    record LoadingWeights(double fraction) implements EngineEvent {}

    /** Graphs are being captured, 0 to 1. */
    record CapturingGraphs(double fraction) implements EngineEvent {}

    /** A part of the start-up ended: one of {@link EngineFacts}' timing names. */
    record Took(String part, Duration duration) implements EngineEvent {}

    /** Tokens that fit into the KV cache; of one replica. */
    record KvCache(long tokens) implements EngineEvent {}

    /** How many requests of the maximum length fit at once. */
    record MaxConcurrency(double requests) implements EngineEvent {}

    /** NCCL opened a channel, and says over what: {@code NET/IB/0/GDRDMA}. */
    record Channel(String via) implements EngineEvent {}

    /** The HTTP server starts to listen; the address may be left out. */
    record ServerStarted(String url) implements EngineEvent {}

    /** An ERROR line; the process that wrote it and what it says. */
    record ErrorLine(Source source, String text) implements EngineEvent {}

    /**
     * Who wrote a line.
     *
     * @param process as its prefix names it; empty for a line without one
     * @param pid 0 for a line without one
     * @param node IP address, or {@link RankPlace#HEAD}
     */
    record Source(String process, long pid, String node) {}
}
