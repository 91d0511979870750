package dev.shakedown.harness.run;

import dev.shakedown.harness.engine.ReadyEngine;
import dev.shakedown.reports.run.Capacity;
import dev.shakedown.reports.run.RunRecord.StepSpan;
import dev.shakedown.reports.run.SeriesSummary;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.PromptText;
import dev.shakedown.workloads.openai.ServerCounters;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The figures of a run that are no percentiles: throughput, goodput, start-up times, GPU-hours. */
final class Rates {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double SECONDS_PER_HOUR = 3_600;

    private final RunContext run;
    private final Map<String, Double> all = new TreeMap<>();

    Rates(RunContext run) {
        this.run = run;
    }

    Map<String, Double> all() {
        run.load().ifPresent(this::load);
        run.engineUp().ifPresent(up -> startUp(up.ready()));
        run.roundTrip().ifPresent(took -> all.put("roundTrip.s", seconds(took)));
        run.series()
                .flatMap(SeriesSummary::capacity)
                .flatMap(Capacity::holds)
                .ifPresent(holds -> all.put("capacity.requests/s", holds.rate()));
        gpuSeconds().ifPresent(seconds -> all.put("gpuHours", seconds / SECONDS_PER_HOUR));
        return all;
    }

    private void load(LoadResult load) {
        all.putAll(load.rates());
        long drawn = load.schedule().drawn();
        if (drawn > 0 && !run.scenario().slo().isEmpty()) {
            all.put("goodput", load.good() / (double) drawn);
        }
        boolean shares =
                run.scenario()
                        .load()
                        .map(LoadPlan::prompts)
                        .filter(p -> p.sharedPrefix().isPresent() || p.sessions().isPresent())
                        .isPresent();
        if (shares) {
            prefixCache(load);
        }
        load.sessions().ifPresent(this::sessions);
        for (int i = 0; i < load.endpoints().size(); i++) {
            all.put("endpoint" + (i + 1) + ".requests", (double) load.endpoints().get(i).drawn());
        }
        double seconds =
                load.phases().stream()
                        .filter(phase -> phase.name().equals("measure"))
                        .mapToDouble(phase -> (phase.endNs() - phase.startNs()) / NANOS_PER_SECOND)
                        .sum();
        if (seconds > 0) {
            all.put("offered.requests/s", drawn / seconds);
        }
    }

    /** Warm-up included. */
    private void sessions(LoadResult.SessionFacts sessions) {
        all.put("sessions", (double) sessions.begun());
        all.put("sessions.turns", (double) sessions.turns());
        all.put("sessions.turns.lost", (double) sessions.lost());
        all.put("sessions.turns.tooLong", (double) sessions.tooLong());
        all.put("sessions.turns.unfinished", (double) sessions.unfinished());
    }

    /** Of all prompt tokens, warm-up included: those that the server found in its prefix cache. */
    private void prefixCache(LoadResult load) {
        if (load.before().isEmpty() || load.after().isEmpty()) {
            return;
        }
        ServerCounters server = load.after().get().since(load.before().get());
        // A cache that is off is asked nothing.
        double tokens = Math.max(server.prefixCacheQueries(), load.totals().inputTokens());
        if (tokens > 0) {
            all.put("prefixCache.hitRatio", server.prefixCacheHits() / tokens);
            if (!given()) {
                all.put("prefixCache.expectedHitRatio", load.prompts().sharedTokens() / tokens);
            }
        }
    }

    /** What texts of a file, or answers in a chat, share only the server can tell. */
    private boolean given() {
        return run.scenario()
                .load()
                .filter(
                        plan ->
                                plan.prompts().text() instanceof PromptText.Given
                                        || (plan.prompts().sessions().isPresent()
                                                && plan.api() == Api.CHAT))
                .isPresent();
    }

    private void startUp(ReadyEngine ready) {
        if (run.scenario().virtualClock()) {
            // It takes no time there.
            return;
        }
        ready.facts()
                .startUp()
                .forEach((part, took) -> all.put("startUp." + part + ".s", seconds(took)));
        all.put("startUp.firstCompletion.s", seconds(ready.firstCompletion()));
        all.put("startUp.engine.s", seconds(ready.took()));
        // The server counts these too: with them the sums agree over its whole life.
        all.put("readiness.inputTokens", (double) ready.cost().promptTokens());
        all.put("readiness.outputTokens", (double) ready.cost().generationTokens());
    }

    /** From the moment the nodes were asked for until now, or until they were ended. */
    private OptionalDouble gpuSeconds() {
        long up =
                run.spans().stream()
                        .filter(span -> span.step().equals("ClusterUp"))
                        .mapToLong(StepSpan::startNs)
                        .findFirst()
                        .orElse(-1);
        if (up < 0) {
            return OptionalDouble.empty();
        }
        long down =
                run.spans().stream()
                        .filter(span -> span.step().equals("Down"))
                        .mapToLong(StepSpan::endNs)
                        .findFirst()
                        .orElse(run.clock().nowNs());
        return OptionalDouble.of(run.scenario().cluster().gpus() * (down - up) / NANOS_PER_SECOND);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }
}
