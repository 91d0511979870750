package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import java.time.Duration;
import java.util.Optional;

/**
 * What one request must meet to count for goodput. In open loop TTFT and E2E count from the
 * intended time. A request of one token has no TPOT and meets any.
 */
@SuppressWarnings("OptionalUsedAsFieldOrParameterType")
public record Slo(Optional<Duration> ttft, Optional<Duration> tpot, Optional<Duration> e2e) {

    /** Every completed request is good. */
    public static final Slo NONE = new Slo(Optional.empty(), Optional.empty(), Optional.empty());

    boolean isMetBy(RequestRecord request, boolean openLoop) {
        return request.outcome() instanceof Outcome.Completed
                && within(ttft, request, openLoop ? Metric.TTFT_INTENDED : Metric.TTFT)
                && within(tpot, request, Metric.TPOT)
                && within(e2e, request, openLoop ? Metric.E2E_INTENDED : Metric.E2E);
    }

    private static boolean within(Optional<Duration> limit, RequestRecord request, Metric metric) {
        return limit.isEmpty() || request.valueOf(metric).orElse(0) <= limit.get().toNanos();
    }
}
