package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.LoadResult.Trend;
import dev.shakedown.workloads.measure.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether the server kept up with what was offered. Says nothing against the measurement. */
final class Saturation {
    private static final double KEPT_UP = 0.95;
    private static final double GREW = 1.5;
    private static final double GREW_AT_LEAST = 8;
    private static final double ERRORS = 0.01;
    private static final double STEADY_RATE = 1.02;

    private Saturation() {}

    /** Empty: STEADY. */
    static List<Reason> of(LoadResult load, Optional<LoadPlan> plan) {
        List<Reason> reasons = new ArrayList<>();
        plan.ifPresent(
                of -> {
                    if (of.arrivals() instanceof Arrivals.Open open) {
                        openLoop(load, fillsUp(of, load) || rateGrows(of, open), reasons);
                    }
                });
        long failed = load.schedule().drawn() - load.completed();
        if (failed > ERRORS * load.schedule().drawn()) {
            reasons.add(
                    new Reason(
                            "errors",
                            "%,d of %,d requests did not complete"
                                    .formatted(failed, load.schedule().drawn())));
        }
        if (!load.drained()) {
            reasons.add(
                    new Reason("drain", "requests were still in flight at the drain's deadline"));
        }
        return List.copyOf(reasons);
    }

    private static void openLoop(LoadResult load, boolean rateGrows, List<Reason> reasons) {
        Trend trend = load.trend();
        if (trend.capReached()) {
            reasons.add(
                    new Reason(
                            "cap",
                            "maxInFlight was reached because answers came too slowly; %,d requests had to wait for it"
                                    .formatted(
                                            load.schedule().drawn() - load.schedule().belowCap())));
        }
        // Under a rate that grows, so does what is in flight, and answers come later and later.
        boolean grew =
                !rateGrows
                        && trend.inFlightLast() > GREW * trend.inFlightFirst()
                        && trend.inFlightLast() - trend.inFlightFirst() > GREW_AT_LEAST
                        && trend.inFlightSlope() > 0;
        if (grew) {
            reasons.add(
                    new Reason(
                            "queue",
                            String.format(
                                    Locale.ROOT,
                                    "the queue grew: %.0f requests in flight at first, %.0f at last",
                                    trend.inFlightFirst(),
                                    trend.inFlightLast())));
        }
        if (!rateGrows && trend.achieved() < KEPT_UP) {
            reasons.add(
                    new Reason(
                            "pace",
                            String.format(
                                    Locale.ROOT,
                                    "answers came at %.1f %% of the offered rate",
                                    trend.achieved() * 100)));
        }
    }

    /** Whether more and more sessions had begun and none had ended when the warm-up was over. */
    private static boolean fillsUp(LoadPlan plan, LoadResult load) {
        Duration answer =
                Optional.ofNullable(load.histograms().get(Metric.E2E))
                        .map(e2e -> Duration.ofNanos(e2e.getValueAtPercentile(50)))
                        .orElse(Duration.ZERO);
        return plan.prompts()
                .sessions()
                .filter(one -> one.lasts(answer).compareTo(warmUp(plan, load)) > 0)
                .isPresent();
    }

    /** As long as it was, which may be longer than planned. */
    private static Duration warmUp(LoadPlan plan, LoadResult load) {
        return load.phases().stream()
                .filter(phase -> phase.name().equals("warmup"))
                .map(phase -> Duration.ofNanos(phase.endNs() - phase.startNs()))
                .findAny()
                .orElse(plan.warmUp());
    }

    /** Whether more is offered in the last third of the measured phase than in the first. */
    private static boolean rateGrows(LoadPlan plan, Arrivals.Open arrivals) {
        Duration begin = plan.warmUp();
        Duration third = plan.duration().dividedBy(3);
        Duration end = begin.plus(plan.duration());
        return arrivals.meanRate(end.minus(third), end)
                > STEADY_RATE * arrivals.meanRate(begin, begin.plus(third));
    }
}
