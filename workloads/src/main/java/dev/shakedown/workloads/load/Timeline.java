package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Phase;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * The phases of one load in nanoseconds since the run's start.
 *
 * <p>A server that starts empty fills up during the first requests' whole time: what is measured
 * before they have left is the filling. Warm-up therefore goes on, beyond what the plan asks for,
 * until it is twice the p95 of the end-to-end latency seen so far; at most by the measured phase's
 * length. The schedule does not change: its measured part begins later, and ends later.
 */
final class Timeline {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int LATENCIES = 2;

    private final long startNs;
    private final long latestMeasureNs;
    private final long durationNs;
    private final long drainNs;
    private volatile long measureNs;
    private boolean measuring;

    private Timeline(LoadPlan plan, long startNs) {
        this.startNs = startNs;
        measureNs = startNs + plan.warmUp().toNanos();
        latestMeasureNs = startNs + plan.longestWarmUp().toNanos();
        durationNs = plan.duration().toNanos();
        drainNs = plan.drain().toNanos();
    }

    static Timeline of(LoadPlan plan, long startNs) {
        return new Timeline(plan, startNs);
    }

    /**
     * Called by the thread that sends, before it sends anything that is due at a time: the first
     * time beyond the warm-up ends it, or makes it longer.
     *
     * @param e2eNs p95 of the end-to-end latency of what has completed; empty if nothing has
     */
    void reach(long ns, Supplier<OptionalLong> e2eNs) {
        while (!measuring && ns >= measureNs) {
            OptionalLong e2e = e2eNs.get();
            long enough =
                    e2e.isPresent() ? startNs + LATENCIES * e2e.getAsLong() : measureNs + SECOND_NS;
            long begin = Math.min(enough, latestMeasureNs);
            if (begin > measureNs) {
                measureNs = begin;
            } else {
                measuring = true;
            }
        }
    }

    long startNs() {
        return startNs;
    }

    long measureNs() {
        return measureNs;
    }

    long endNs() {
        return measureNs + durationNs;
    }

    long drainEndNs() {
        return endNs() + drainNs;
    }

    /** From the start until the drain's end, however long warm-up becomes. */
    long longestNs() {
        return latestMeasureNs - startNs + durationNs + drainNs;
    }

    /** The phase that a request belongs to by its intended time, once that was reached. */
    Phase phaseOf(long intendedNs) {
        return intendedNs < measureNs ? Phase.WARM_UP : Phase.MEASURE;
    }

    String phaseNameAt(long ns) {
        if (ns >= endNs()) {
            return "drain";
        }
        return ns < measureNs ? "warmup" : "measure";
    }
}
