package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.load.LoadResult.PhaseSpan;
import dev.shakedown.workloads.load.Settling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What to know of a load's warm-up: that it was made longer, or was still too short. */
record WarmUp(LoadPlan plan, LoadResult load) {
    private static final long SECOND_NS = 1_000_000_000L;

    /**
     * @param saturated whether the server fell behind: then nothing settles, and that was said
     */
    List<Reason> reasons(boolean saturated) {
        List<Reason> reasons = new ArrayList<>();
        if (!plan.warmUp().isZero() && took().compareTo(plan.warmUp()) > 0) {
            reasons.add(new Reason("warmUp", longer()));
        }
        boolean changes = plan.arrivals() instanceof Arrivals.Open open && !open.planned().isZero();
        if (!saturated && !changes) {
            load.settling()
                    .map(settling -> new Reason("settling", unsettled(settling)))
                    .ifPresent(reasons::add);
        }
        return reasons;
    }

    private String longer() {
        boolean bound = took().compareTo(plan.longestWarmUp()) >= 0;
        String why =
                bound
                        ? "the longest it may take, and requests still took more than half of that"
                        : "twice the p95 of E2E by then, so that what is measured began under full load";
        return "warm-up took %s in place of %s: %s; write load.warmUp: %ds"
                .formatted(
                        Durations.text(took()),
                        Durations.text(plan.warmUp()),
                        why,
                        seconds(took()) * (bound ? 2 : 1));
    }

    private String unsettled(Settling settling) {
        return String.format(
                Locale.ROOT,
                "the measured phase still settles for its first %d s (%s: %.3g at first, %.3g then), which every number holds; write load.warmUp: %ds",
                settling.seconds(),
                settling.what(),
                settling.before(),
                settling.after(),
                seconds(took()) + settling.seconds());
    }

    private Duration took() {
        return load.phases().stream()
                .filter(phase -> phase.name().equals("warmup"))
                .map(WarmUp::length)
                .findFirst()
                .orElse(Duration.ZERO);
    }

    private static Duration length(PhaseSpan phase) {
        return Duration.ofNanos(phase.endNs() - phase.startNs());
    }

    private static long seconds(Duration duration) {
        return Math.ceilDiv(duration.toNanos(), SECOND_NS);
    }
}
