package dev.shakedown.reports.regression;

import dev.shakedown.reports.regression.PrimaryMetric.Scale;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The change between two groups of runs and its 95 % interval, from one value a run.
 *
 * <p>Relative changes are estimated on log ratios, so that the estimate is the ratio of geometric
 * means less 1 and the interval is exact for lognormal values. Over pairs: Student's t interval on
 * the mean of the pairs' log ratios, n − 1 degrees of freedom. Without pairs: Welch's t interval on
 * the difference of the mean logs, degrees of freedom by Welch and Satterthwaite. Where a value is
 * not positive, or the metric is a share, the same on plain differences, as a share of the mean of
 * the baseline where the change is relative.
 *
 * @param baseline centre of the baseline: geometric mean, or mean of plain values
 * @param candidate the same of the candidate
 * @param centre the change on the scale on which it was estimated
 * @param error standard error of {@code centre}; 0 where there is only one run
 * @param spread what {@code error} shrinks from: over n pairs (runs a group) it is spread / √n
 * @param freedom degrees of freedom; 0 where nothing repeats
 */
record ChangeEstimate(
        Sample sample,
        double baseline,
        double candidate,
        double centre,
        double error,
        double spread,
        double freedom) {
    private static final double UPPER = 0.975;

    /** The least runs a group from which a variance says something. */
    static final int FEWEST = 2;

    static ChangeEstimate of(Sample sample) {
        boolean logs = logs(sample);
        double[] base = values(sample.baseline(), logs);
        double[] cand = values(sample.candidate(), logs);
        double meanBase = mean(base);
        double meanCand = mean(cand);
        DoubleUnaryOperator back = logs ? Math::exp : x -> x;
        double unit = unit(sample, logs, meanBase);
        boolean repeats = sample.runs() >= FEWEST;
        double[] each = sample.paired() ? differences(base, cand) : new double[0];
        double varBase = repeats ? variance(base) / base.length : 0;
        double varCand = repeats ? variance(cand) / cand.length : 0;
        double error =
                sample.paired()
                        ? repeats ? Math.sqrt(variance(each) / each.length) : 0
                        : Math.sqrt(varBase + varCand);
        double spread =
                sample.paired()
                        ? error * Math.sqrt(each.length)
                        : Math.sqrt(varBase * base.length + varCand * cand.length);
        return new ChangeEstimate(
                sample,
                back.applyAsDouble(meanBase),
                back.applyAsDouble(meanCand),
                (meanCand - meanBase) / unit,
                error / unit,
                spread / unit,
                repeats ? freedom(sample, varBase, varCand) : 0);
    }

    /** On the scale of the metric: a share of the baseline, or a difference. */
    double change() {
        return shown(centre);
    }

    /** 95 %; absent where nothing repeats, and where the change has no finite value. */
    Optional<Interval> interval() {
        if (freedom == 0 || !Double.isFinite(centre)) {
            return Optional.empty();
        }
        double half = t(freedom) * error;
        return Optional.of(new Interval(shown(centre - half), shown(centre + half)));
    }

    /** Half the width of the interval that n pairs (runs a group) of this spread would have. */
    double halfWidth(int n) {
        return t(sample.paired() ? n - 1 : 2 * n - 2) * spread / Math.sqrt(n);
    }

    /** A change as this estimate counts it: its logarithm, where the estimate is one of logs. */
    double counted(double change) {
        return logs(sample) ? Math.log1p(change) : change;
    }

    private double shown(double value) {
        return logs(sample) ? Math.expm1(value) : value;
    }

    static double t(double freedom) {
        return TDistribution.of(freedom).inverseCumulativeProbability(UPPER);
    }

    private static boolean logs(Sample sample) {
        return sample.metric().scale() == Scale.RELATIVE
                && sample.baseline().stream().allMatch(v -> v > 0)
                && sample.candidate().stream().allMatch(v -> v > 0);
    }

    /** What plain differences are divided by: nothing finite comes of a baseline of 0. */
    private static double unit(Sample sample, boolean logs, double meanBase) {
        return logs || sample.metric().scale() == Scale.ABSOLUTE ? 1 : meanBase;
    }

    private static double freedom(Sample sample, double varBase, double varCand) {
        int a = sample.baseline().size();
        int b = sample.candidate().size();
        if (sample.paired()) {
            return a - 1.0;
        }
        double sum = varBase + varCand;
        double below = varBase * varBase / (a - 1) + varCand * varCand / (b - 1);
        return below > 0 ? sum * sum / below : a + b - 2.0;
    }

    private static double[] values(List<Double> values, boolean logs) {
        return values.stream().mapToDouble(v -> logs ? Math.log(v) : v).toArray();
    }

    private static double[] differences(double[] base, double[] cand) {
        double[] each = new double[base.length];
        for (int i = 0; i < each.length; i++) {
            each[i] = cand[i] - base[i];
        }
        return each;
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** With n − 1 in the denominator. */
    private static double variance(double[] values) {
        double mean = mean(values);
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return sum / (values.length - 1);
    }
}
