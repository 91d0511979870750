package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.Sessions;
import dev.shakedown.workloads.load.SharedPrefix;
import dev.shakedown.workloads.load.TokenLengths;
import dev.shakedown.workloads.load.Trace;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A scenario as plain values with every default written out. It is a scenario file again: loading
 * it gives the same scenario (a test does). Holds paths of secret files, never their content.
 */
final class Resolved {
    private Resolved() {}

    static Map<String, Object> of(String fullName, Draft draft) {
        Map<String, Object> map = new LinkedHashMap<>();
        ClusterSpec cluster = draft.clustered().cluster().orElseThrow();
        map.put("schemaVersion", 1);
        map.put("name", fullName);
        map.put("question", draft.question());
        map.put("cluster", cluster(cluster, draft.clustered().provider()));
        ResolvedProvider.of(draft.clustered().provider())
                .ifPresent(block -> map.put(cluster.provider().key(), block));
        if (draft.clustered().provider() instanceof ProviderSpec.Simulated simulated
                && !simulated.faults().isEmpty()) {
            map.put("faults", FaultsReader.resolved(simulated.faults()));
        }
        draft.engine().ifPresent(engine -> map.put("engine", engine(engine)));
        map.put("smoke", draft.smoke().<Object>map(Resolved::smoke).orElse("off"));
        draft.placed().ifPresent(load -> map.put("load", load(load)));
        if (!draft.limits().isEmpty()) {
            map.put("limits", limits(draft.limits()));
        }
        draft.expectedTransport()
                .ifPresent(transport -> map.put("expect", Map.of("transport", transport)));
        if (!draft.slo().isEmpty()) {
            map.put("slo", durations(draft.slo()));
        }
        map.put("deadlines", deadlines(draft.deadlines()));
        return Collections.unmodifiableMap(map);
    }

    /** The same scenario under another name, with one load. */
    static Map<String, Object> withLoad(
            Map<String, Object> resolved, String fullName, LoadPlan plan) {
        Map<String, Object> load = copy(resolved.get("load"));
        load.put("arrivals", arrivals(plan.arrivals()));
        load.put("prompts", prompts(plan.prompts()));
        load.put("duration", Quantity.text(plan.duration()));
        Map<String, Object> map = new LinkedHashMap<>(resolved);
        map.put("name", fullName);
        map.put("load", load);
        return Collections.unmodifiableMap(map);
    }

    /** The same scenario with another seed of its load. */
    static Map<String, Object> seeded(Map<String, Object> resolved, long seed) {
        Map<String, Object> load = copy(resolved.get("load"));
        Map<String, Object> prompts = copy(load.get("prompts"));
        prompts.put("seed", seed);
        load.put("prompts", prompts);
        Map<String, Object> map = new LinkedHashMap<>(resolved);
        map.put("load", load);
        return Collections.unmodifiableMap(map);
    }

    private static Map<String, Object> copy(@Nullable Object block) {
        Map<String, Object> copy = new LinkedHashMap<>();
        if (block instanceof Map<?, ?> map) {
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        }
        return copy;
    }

    private static Map<String, Object> cluster(ClusterSpec cluster, ProviderSpec provider) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("provider", cluster.provider().key());
        map.put("nodes", cluster.nodes());
        map.put("gpusPerNode", cluster.gpusPerNode());
        cluster.gpu().ifPresent(gpu -> map.put("gpu", gpu));
        cluster.dcgmExporter()
                .ifPresent(exporter -> map.put("dcgmExporter", DcgmReader.resolved(exporter)));
        boolean virtual =
                provider instanceof ProviderSpec.Simulated simulated && simulated.virtualClock();
        map.put("clock", virtual ? ClusterReader.VIRTUAL : ClusterReader.WALL);
        return map;
    }

    private static Map<String, Object> engine(EngineSpec engine) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("model", engine.model());
        engine.servedModelName().ifPresent(name -> map.put("servedModelName", name));
        engine.quantization().ifPresent(quantization -> map.put("quantization", quantization));
        map.put("tensorParallel", engine.parallelism().tensor());
        map.put("pipelineParallel", engine.parallelism().pipeline());
        map.put("dataParallel", engine.parallelism().data());
        map.put("executor", engine.executor().name().toLowerCase(Locale.ROOT));
        map.put("args", engine.args());
        map.put("env", new TreeMap<>(engine.env()));
        engine.hfTokenFile().ifPresent(file -> map.put("hfTokenFile", file.toString()));
        return map;
    }

    private static Map<String, Object> smoke(SmokeSpec smoke) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("samplesPerTask", smoke.samplesPerTask());
        map.put("burnSeconds", smoke.burnSeconds());
        map.put("matrixSize", smoke.matrixSize());
        map.put("timeout", Quantity.text(smoke.timeout()));
        return Map.of("monteCarloPi", map);
    }

    private static Map<String, Object> load(LoadReader.Load placed) {
        LoadPlan load = placed.plan();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(
                "arrivals",
                placed.series().map(Resolved::series).orElseGet(() -> arrivals(load.arrivals())));
        map.put("prompts", prompts(load.prompts()));
        map.put("api", load.api().name().toLowerCase(Locale.ROOT));
        map.put("warmUp", Quantity.text(load.warmUp()));
        map.put("duration", Quantity.text(load.duration()));
        map.put("maxInFlight", load.maxInFlight());
        map.put("requestTimeout", Quantity.text(load.requestTimeout()));
        map.put("from", placed.from().key());
        map.put("calibration", placed.calibration().key());
        return map;
    }

    private static Map<String, Object> series(LoadSeries series) {
        return switch (series) {
            case LoadSeries.Sweep(List<Arrivals> loads) -> Map.of("sweep", sweep(loads));
            case LoadSeries.FindCapacity search -> {
                Map<String, Object> map =
                        map(
                                "from",
                                Quantity.text(search.fromPerSecond()),
                                "to",
                                Quantity.text(search.toPerSecond()));
                map.put("within", search.within());
                map.put("confidence", search.confidence());
                yield Map.of("findCapacity", map);
            }
        };
    }

    /** All of them are of one kind. */
    private static Map<String, Object> sweep(List<Arrivals> loads) {
        List<Map<String, Object>> each = loads.stream().map(Resolved::arrivals).toList();
        String kind = each.getFirst().keySet().iterator().next();
        return Map.of(
                kind.equals("closedLoop") ? "users" : "rates",
                each.stream().map(one -> one.get(kind)).toList());
    }

    private static Map<String, Object> arrivals(Arrivals arrivals) {
        return switch (arrivals) {
            case Arrivals.Poisson poisson ->
                    Map.of("poisson", Quantity.text(poisson.ratePerSecond()));
            case Arrivals.Constant constant ->
                    Map.of("constant", Quantity.text(constant.ratePerSecond()));
            case Arrivals.Gamma(double rate, double burstiness) ->
                    Map.of("gamma", map("rate", Quantity.text(rate), "burstiness", burstiness));
            case Arrivals.Ramp ramp -> Map.of("ramp", ramp(ramp));
            case Arrivals.Stages(List<Arrivals.Stages.Stage> stages) ->
                    Map.of(
                            "stages",
                            stages.stream()
                                    .map(
                                            stage ->
                                                    map(
                                                            "rate",
                                                            Quantity.text(stage.ratePerSecond()),
                                                            "for",
                                                            Quantity.text(stage.length())))
                                    .toList());
            case Arrivals.Replay(Trace trace, double speed) -> Map.of("trace", trace(trace, speed));
            case Arrivals.ClosedLoop(int users, Duration rampUp) ->
                    Map.of(
                            "closedLoop",
                            rampUp.isZero()
                                    ? users
                                    : map("users", users, "rampUp", Quantity.text(rampUp)));
        };
    }

    private static Map<String, Object> trace(Trace trace, double speed) {
        Map<String, Object> map = map("file", trace.file(), "speed", speed);
        map.put("limit", trace.limit());
        return map;
    }

    private static Map<String, Object> ramp(Arrivals.Ramp ramp) {
        Map<String, Object> map =
                map(
                        "from",
                        Quantity.text(ramp.fromPerSecond()),
                        "to",
                        Quantity.text(ramp.toPerSecond()));
        map.put("over", Quantity.text(ramp.over()));
        map.put("shape", ramp.exponential() ? "exponential" : "linear");
        return map;
    }

    private static Object tokens(TokenLengths lengths) {
        return lengths(lengths, tokens -> tokens);
    }

    private static Object times(TokenLengths millis) {
        return lengths(millis, ms -> Quantity.text(Duration.ofMillis(ms)));
    }

    private static Object lengths(TokenLengths lengths, IntFunction<Object> as) {
        return switch (lengths) {
            case TokenLengths.Fixed(int tokens) -> as.apply(tokens);
            case TokenLengths.LogNormal(int median, int p99) ->
                    Map.of("lognormal", map("median", as.apply(median), "p99", as.apply(p99)));
            case TokenLengths.Normal(int mean, int stddev) ->
                    Map.of("normal", map("mean", as.apply(mean), "stddev", as.apply(stddev)));
            case TokenLengths.Listed listed -> listed.source();
            case TokenLengths.Uniform(int min, int max) ->
                    Map.of("uniform", map("min", as.apply(min), "max", as.apply(max)));
        };
    }

    private static Map<String, Object> prompts(Prompts prompts) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (prompts.text() instanceof PromptText.Given given) {
            map.put("file", given.file());
            map.put("limit", given.limit());
        } else {
            map.put("inputTokens", tokens(prompts.inputTokens()));
        }
        map.put("outputTokens", tokens(prompts.outputTokens()));
        map.put("seed", prompts.seed());
        prompts.sharedPrefix().ifPresent(shared -> map.put("sharedPrefix", prefix(shared)));
        prompts.sessions().ifPresent(sessions -> map.put("sessions", sessions(sessions)));
        return map;
    }

    private static Map<String, Object> sessions(Sessions sessions) {
        return map(
                "turns",
                tokens(sessions.turns()),
                "think",
                sessions.thinkMs().map(Resolved::times).orElse(Quantity.text(Duration.ZERO)));
    }

    private static Map<String, Object> prefix(SharedPrefix shared) {
        Map<String, Object> map = map("count", shared.count(), "tokens", shared.tokens());
        map.put("ratio", shared.ratio());
        return map;
    }

    private static Map<String, Object> map(
            String key, Object value, String next, Object nextValue) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(key, value);
        map.put(next, nextValue);
        return map;
    }

    private static Map<String, Object> limits(List<Limit> limits) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Limit limit : limits) {
            map.put(
                    limit.key(),
                    switch (limit) {
                        case Limit.Latency latency -> Quantity.text(latency.atMost());
                        case Limit.ErrorRatio ratio -> ratio.atMost();
                        case Limit.AchievedRate rate -> rate.atLeast();
                        case Limit.Goodput goodput -> goodput.atLeast();
                    });
        }
        return map;
    }

    private static Map<String, Object> durations(Map<String, Duration> durations) {
        Map<String, Object> map = new LinkedHashMap<>();
        new TreeMap<>(durations).forEach((key, duration) -> map.put(key, Quantity.text(duration)));
        return map;
    }

    private static Map<String, Object> deadlines(Deadlines deadlines) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("modelReady", Quantity.text(deadlines.modelReady()));
        map.put("clusterUp", Quantity.text(deadlines.clusterUp()));
        map.put("smoke", Quantity.text(deadlines.smoke()));
        map.put("fabric", Quantity.text(deadlines.fabric()));
        map.put("engineUp", Quantity.text(deadlines.engineUp()));
        map.put("engineSilence", Quantity.text(deadlines.engineSilence()));
        map.put("drain", Quantity.text(deadlines.drain()));
        return map;
    }
}
