package dev.shakedown.harness.engine;

import dev.shakedown.harness.engine.EngineEvent.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adds up events. Ranks are told apart by their process (node and pid), not by their number: the
 * replicas of a data-parallel engine may all count from 0.
 */
final class FactsBuilder {
    private record Worker(String node, long pid) {
        static Worker of(Source source) {
            return new Worker(source.node(), source.pid());
        }
    }

    private record Place(int dp, int pp, int tp) {}

    private record Joined(int rank, OptionalInt localRank) {}

    private final Map<Worker, Joined> joined = new LinkedHashMap<>();
    private final Map<Worker, Place> assigned = new HashMap<>();
    private final Map<Worker, Place> named = new HashMap<>();
    private final Set<String> transports = new TreeSet<>();
    private final Map<String, Duration> startUp = new HashMap<>();
    private Optional<String> version = Optional.empty();
    private Optional<EngineEvent.Sizes> sizes = Optional.empty();
    private OptionalInt worldSize = OptionalInt.empty();
    private OptionalInt localWorldSize = OptionalInt.empty();
    private Optional<String> backend = Optional.empty();
    private Optional<String> executor = Optional.empty();
    private OptionalLong kvCacheTokens = OptionalLong.empty();
    private OptionalDouble maxConcurrency = OptionalDouble.empty();
    private boolean folded;

    void accept(EngineEvent event) {
        switch (event) {
            case EngineEvent.Version(String found) ->
                    version = version.or(() -> Optional.of(found));
            case EngineEvent.Sizes found -> sizes = Optional.of(found);
            case EngineEvent.ExecutorSeen(String found) -> executorSeen(found);
            case EngineEvent.RankJoined join -> rankJoined(join);
            case EngineEvent.RankAssigned place -> rankAssigned(place);
            case EngineEvent.WorkerNamed(Source source, int dp, int pp, int tp) ->
                    named.put(Worker.of(source), new Place(dp, pp, tp));
            case EngineEvent.LocalWorld(int world, int local) -> {
                worldSize = OptionalInt.of(world);
                localWorldSize = OptionalInt.of(local);
            }
            case EngineEvent.LinesFolded() -> folded = true;
            case EngineEvent.Took(String part, Duration duration) ->
                    startUp.merge(part, duration, FactsBuilder::longer);
            case EngineEvent.KvCache(long tokens) ->
                    kvCacheTokens = OptionalLong.of(Math.min(tokens, kvCacheTokens.orElse(tokens)));
            case EngineEvent.MaxConcurrency(double requests) ->
                    maxConcurrency =
                            OptionalDouble.of(Math.min(requests, maxConcurrency.orElse(requests)));
            case EngineEvent.Channel(String via) -> transports.add(via);
            case EngineEvent.LoadingWeights _,
                    EngineEvent.CapturingGraphs _,
                    EngineEvent.ServerStarted _,
                    EngineEvent.ErrorLine _ -> {}
        }
    }

    EngineFacts facts() {
        List<RankPlace> ranks = new ArrayList<>();
        joined.forEach((worker, join) -> ranks.add(place(worker, join)));
        return new EngineFacts(
                version,
                worldSize,
                localWorldSize,
                backend,
                executor,
                kvCacheTokens,
                maxConcurrency,
                ranks,
                folded,
                transports,
                startUp);
    }

    private void executorSeen(String found) {
        // vLLM's second Ray executor is built on mp's message queues and may show both.
        if (executor.isEmpty() || found.equals("ray")) {
            executor = Optional.of(found);
        }
    }

    private void rankJoined(EngineEvent.RankJoined join) {
        worldSize = OptionalInt.of(join.worldSize());
        backend = backend.or(() -> Optional.of(join.backend()));
        joined.put(
                Worker.of(join.source()),
                new Joined(join.rank(), OptionalInt.of(join.localRank())));
    }

    private void rankAssigned(EngineEvent.RankAssigned place) {
        worldSize = OptionalInt.of(place.worldSize());
        Worker worker = Worker.of(place.source());
        joined.putIfAbsent(worker, new Joined(place.rank(), OptionalInt.empty()));
        assigned.put(worker, new Place(place.dp(), place.pp(), place.tp()));
    }

    private RankPlace place(Worker worker, Joined join) {
        Place place =
                Optional.ofNullable(assigned.get(worker))
                        .or(() -> Optional.ofNullable(named.get(worker)))
                        .or(() -> sizes.map(found -> computed(join.rank(), found)))
                        .orElse(new Place(-1, -1, -1));
        return new RankPlace(
                join.rank(),
                place.dp(),
                place.pp(),
                place.tp(),
                worker.node(),
                worker.pid(),
                join.localRank());
    }

    /** vLLM's layout: TP changes fastest, then PP, then DP. */
    private static Place computed(int rank, EngineEvent.Sizes sizes) {
        int stage = rank / sizes.tensor();
        return new Place(stage / sizes.pipeline(), stage % sizes.pipeline(), rank % sizes.tensor());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
