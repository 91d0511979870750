package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.Limit;
import dev.shakedown.reports.run.FloorSummary;
import dev.shakedown.reports.run.FloorSummary.Added;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.measure.SampleFloor;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What this client adds to latencies by itself, before anything is started: measured once for each
 * machine, build and size of load. It fails for one reason only: the load is beyond this client.
 */
record CalibrateStep(
        LoadPlan plan, FloorCache cache, Function<CalibrationLoad, SelfCalibration.Outcome> measure)
        implements Step {
    static final String NAME = "Calibrate";

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    /** A limit is judged on what the server does, so the client's part of it has to be small. */
    private static final double OF_A_LIMIT = 0.05;

    /** On the exact server, or as the user's cache has it. */
    CalibrateStep(LoadPlan plan) {
        this(plan, FloorCache.ofUser(), SelfCalibration::measure);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration deadline(RunContext run) {
        return DEADLINE;
    }

    @Override
    public Result execute(RunContext run) throws InterruptedException {
        CalibrationLoad load = CalibrationLoad.of(plan);
        Optional<FloorSummary> kept = cache.find(load, Instant.now());
        if (kept.isPresent()) {
            return done(run, kept.get(), ", measured " + kept.get().measuredAt());
        }
        SelfCalibration.Outcome outcome;
        try {
            outcome = measure.apply(load);
        } catch (StepFailedException noServer) {
            outcome = new SelfCalibration.Unknown(noServer.what());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("the calibration was stopped");
        }
        return switch (outcome) {
            case SelfCalibration.Measured(FloorSummary floor, boolean quiet) -> {
                if (quiet) {
                    cache.keep(load, floor);
                }
                yield done(
                        run,
                        floor,
                        quiet ? "" : ", on a busy machine: the next run measures again");
            }
            case SelfCalibration.Unknown(String why) -> {
                run.note("not calibrated: " + why);
                yield new Skipped(why);
            }
            case SelfCalibration.Beyond(String what, List<String> evidence) ->
                    throw refused(load, what, evidence);
        };
    }

    private static Result done(RunContext run, FloorSummary floor, String when) {
        run.floor(floor);
        run.scenario().limits().forEach(limit -> compare(run, floor, limit));
        return new Done(text(floor) + when);
    }

    private static String text(FloorSummary floor) {
        return "this client adds %s to TTFT%s (p50 / p99) at %,.0f requests/s and %,.0f tokens/s"
                .formatted(
                        text(floor.ttft()),
                        floor.icl().map(gap -> ", %s to gaps".formatted(text(gap))).orElse(""),
                        floor.requestsPerSecond(),
                        floor.tokensPerSecond());
    }

    private static String text(Added added) {
        return Durations.millis(added.p50()) + " / " + Durations.millis(added.p99());
    }

    private static void compare(RunContext run, FloorSummary floor, Limit each) {
        if (!(each instanceof Limit.Latency limit)) {
            return;
        }
        Optional<Added> added =
                switch (limit.metric()) {
                    case TTFT, TTFT_INTENDED -> Optional.of(floor.ttft());
                    case ICL -> floor.icl();
                    case TPOT, E2E, E2E_INTENDED, SEND_DELAY -> Optional.empty();
                };
        long own =
                added.map(a -> limit.percentile() == SampleFloor.P50 ? a.p50() : a.p99())
                        .orElse(0L);
        if (own > OF_A_LIMIT * limit.atMost().toNanos()) {
            run.note(
                    "%s: of its limit %s this client takes up to %s by itself"
                            .formatted(
                                    limit.key(),
                                    Durations.text(limit.atMost()),
                                    Durations.millis(own)));
        }
    }

    private static StepFailedException refused(
            CalibrationLoad load, String what, List<String> evidence) {
        return new StepFailedException(
                "this client cannot make such a load: at %s on a server that keeps its times, %s"
                        .formatted(load.text(), what),
                "",
                evidence,
                "give it more cores or a lower rate, or start it on the cluster (load.from: head); --set load.calibration=off measures all the same");
    }
}
