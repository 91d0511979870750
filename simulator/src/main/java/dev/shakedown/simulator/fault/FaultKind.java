package dev.shakedown.simulator.fault;

import dev.shakedown.simulator.http.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One row of the table.
 *
 * @param name as a scenario writes it
 * @param text what is wrong, for people
 * @param hits what of the cluster it is done to
 * @param since what its start counts from
 * @param effects what it does, with a value where one is needed
 * @param log what it leaves; may hold {@code {ip}}, {@code {host}}, {@code {head}}, {@code {rank}},
 *     {@code {gpu}}, {@code {model}}, {@code {time}}, {@code {stamp}}, {@code {uptime}}
 */
public record FaultKind(
        String name,
        String text,
        Hits hits,
        Since since,
        Map<Effect, String> effects,
        List<LogLine> log) {

    /** The table, {@code faults.json}. */
    public static final List<FaultKind> KNOWN = shipped();

    private static final Set<Effect> WHOLE_RUN =
            Set.of(
                    Effect.NODE_ADDRESS,
                    Effect.RAY_START_EXIT,
                    Effect.START_FAILS_AT,
                    Effect.START_HANGS_AT,
                    Effect.NETWORK_SPEED,
                    Effect.KV_SHARE);

    /** What changes the engine's steps and its cache, which need no server to be there. */
    private static final Set<Effect> OF_THE_STEPS =
            Set.of(
                    Effect.GPU_SPEED,
                    Effect.THROTTLED,
                    Effect.TRANSPORT,
                    Effect.RAILS_LOST,
                    Effect.NETWORK_SPEED,
                    Effect.ENGINE_HANGS,
                    Effect.KV_SHARE);

    public FaultKind {
        effects = Map.copyOf(effects);
        log = List.copyOf(log);
    }

    /** What a fault is done to. */
    public enum Hits {
        /** One node. */
        NODE,
        /** One GPU, by its rank. */
        RANK,
        /** The engine as a whole, or Ray. */
        CLUSTER,
        /** A share of the requests. */
        REQUESTS
    }

    /** What a fault's start counts from. */
    public enum Since {
        /** The simulated cluster is there. */
        CLUSTER,
        /** The engine serves. */
        ENGINE
    }

    /**
     * A line that it leaves.
     *
     * @param file in the node's folder; {@code engine} for the engine's output, {@code rank} for a
     *     rank's line in it, {@code nccl} for a line of NCCL in the fabric job's
     */
    public record LogLine(String file, String text) {}

    /** Whether it is there from the beginning to the end, and can be nothing else. */
    public boolean lastsWholeRun() {
        return effects.keySet().stream().anyMatch(WHOLE_RUN::contains);
    }

    /** Whether all that it does is done to the engine's steps, so that no server takes part. */
    public boolean isOfTheSteps() {
        return OF_THE_STEPS.containsAll(effects.keySet());
    }

    /** Whether it makes GPUs slow. */
    public boolean slowsGpus() {
        return effects.containsKey(Effect.GPU_SPEED);
    }

    /** Whether what it does cannot end. */
    public boolean isForGood() {
        return lastsWholeRun() || effects.containsKey(Effect.ENGINE_EXIT);
    }

    /** Whether it can only be done to a node that is not the head. */
    public boolean isOfAWorker() {
        return effects.containsKey(Effect.NODE_ABSENT);
    }

    /** The row of that name. */
    public static Optional<FaultKind> named(String name) {
        return KNOWN.stream().filter(kind -> kind.name.equals(name)).findFirst();
    }

    private static List<FaultKind> shipped() {
        return Json.beside(FaultKind.class, "faults.json")
                .valueStream()
                .map(FaultKind::parse)
                .toList();
    }

    private static FaultKind parse(JsonNode row) {
        Map<Effect, String> effects = new EnumMap<>(Effect.class);
        row.path("effects")
                .properties()
                .forEach(
                        effect ->
                                effects.put(
                                        Effect.of(effect.getKey()), effect.getValue().asString()));
        List<LogLine> log = new ArrayList<>();
        row.path("log")
                .values()
                .forEach(
                        line ->
                                log.add(
                                        new LogLine(
                                                line.path("file").asString(),
                                                line.path("text").asString())));
        return new FaultKind(
                row.path("kind").asString(),
                row.path("text").asString(),
                Hits.valueOf(upper(row, "hits")),
                Since.valueOf(upper(row, "since")),
                effects,
                log);
    }

    private static String upper(JsonNode row, String field) {
        return row.path(field).asString().toUpperCase(Locale.ROOT);
    }
}
