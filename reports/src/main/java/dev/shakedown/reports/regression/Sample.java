package dev.shakedown.reports.regression;

import java.util.List;

/**
 * One metric of two groups of runs, a value a run.
 *
 * @param paired whether the i-th values belong together: taken one after the other, so that what
 *     drifts slowly cancels out of their ratio
 */
public record Sample(
        PrimaryMetric metric, List<Double> baseline, List<Double> candidate, boolean paired) {

    public Sample {
        baseline = List.copyOf(baseline);
        candidate = List.copyOf(candidate);
        if (paired && baseline.size() != candidate.size()) {
            throw new IllegalArgumentException(
                    "%s: pairs of %d and %d values"
                            .formatted(metric.name(), baseline.size(), candidate.size()));
        }
    }

    /** Runs of the smaller group. */
    int runs() {
        return Math.min(baseline.size(), candidate.size());
    }
}
