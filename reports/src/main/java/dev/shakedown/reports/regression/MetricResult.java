package dev.shakedown.reports.regression;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What was found for one primary metric.
 *
 * @param baselineRuns values that went in
 * @param baseline centre of the run-level values: geometric mean, or mean of plain values
 * @param change on the metric's scale: relative, or a difference; NaN if the baseline is 0
 * @param interval 95 % of {@code change}; absent where nothing repeats
 * @param p two-sided, of the exact Mann-Whitney test; absent where nothing repeats
 * @param adjustedP the same after Benjamini and Hochberg over the family
 * @param delta the practical threshold that was used, on the metric's scale
 * @param suspected REGRESSED where these runs say so and fresh ones have not been asked yet
 * @param confirmed whether the verdict rests on fresh runs
 * @param morePairs how many more would decide, if the change stays as it is; absent where the
 *     verdict needs none, or more than {@value MorePairs#MOST}
 * @param why of an INCONCLUSIVE, in words; else empty
 */
public record MetricResult(
        PrimaryMetric metric,
        int baselineRuns,
        int candidateRuns,
        double baseline,
        double candidate,
        double change,
        Optional<Interval> interval,
        OptionalDouble p,
        OptionalDouble adjustedP,
        double delta,
        ComparisonVerdict verdict,
        boolean suspected,
        boolean confirmed,
        OptionalInt morePairs,
        String why) {

    /** A regression of so many deltas is what the gate answers for. */
    private static final double ANSWERED_FOR = 2;

    /**
     * Whether these runs leave room for a regression of two deltas, or suspect one. A metric that
     * is open between one delta and two, or towards the better, holds up nobody: six pairs cannot
     * close that gap where runs differ by as much as delta.
     */
    public boolean mayHaveRegressed() {
        if (suspected) {
            return true;
        }
        if (verdict != ComparisonVerdict.INCONCLUSIVE) {
            return false;
        }
        double most = ANSWERED_FOR * delta;
        return Math.min(baselineRuns, candidateRuns) < Gate.FEWEST
                || interval.map(i -> metric.worse(1) ? i.high() > most : i.low() < -most)
                        .orElse(true);
    }

    MetricResult confirmedAs(ComparisonVerdict fresh) {
        return new MetricResult(
                metric,
                baselineRuns,
                candidateRuns,
                baseline,
                candidate,
                change,
                interval,
                p,
                adjustedP,
                delta,
                fresh,
                false,
                true,
                fresh == ComparisonVerdict.INCONCLUSIVE ? morePairs : OptionalInt.empty(),
                fresh == ComparisonVerdict.INCONCLUSIVE ? why : "");
    }
}
