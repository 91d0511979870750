package dev.shakedown.workloads.load;

import dev.shakedown.workloads.measure.Phase;

/** The phases of one load in nanoseconds since the run's start. */
record Timeline(long startNs, long measureNs, long endNs, long drainEndNs) {

    static Timeline of(LoadPlan plan, long startNs) {
        long measure = startNs + plan.warmUp().toNanos();
        long end = measure + plan.duration().toNanos();
        return new Timeline(startNs, measure, end, end + plan.drain().toNanos());
    }

    /** The phase that a request belongs to by its intended time. */
    Phase phaseOf(long intendedNs) {
        return intendedNs < measureNs ? Phase.WARM_UP : Phase.MEASURE;
    }

    String phaseNameAt(long ns) {
        if (ns >= endNs) {
            return "drain";
        }
        return ns < measureNs ? "warmup" : "measure";
    }
}
