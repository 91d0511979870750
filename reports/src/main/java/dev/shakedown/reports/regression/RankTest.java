package dev.shakedown.reports.regression;

import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.statistics.inference.MannWhitneyUTest;
import org.apache.commons.statistics.inference.PValueMethod;

/**
 * Mann and Whitney's U on the values of the runs, two-sided: the exact distribution without ties
 * and below 50 runs a group; else the normal approximation, corrected for ties and continuity
 * (Commons Statistics). Pairs are not used: signs of 6 pairs could never get below 2/2⁶, too much
 * for a family of several metrics.
 */
final class RankTest {
    private static final int EXACT_BELOW = 50;

    private RankTest() {}

    /** Absent where a group has only one run: there is no p of a single value. */
    static OptionalDouble p(Sample sample) {
        if (sample.runs() < ChangeEstimate.FEWEST) {
            return OptionalDouble.empty();
        }
        if (all(sample.baseline(), sample.candidate().getFirst())
                && all(sample.candidate(), sample.candidate().getFirst())) {
            return OptionalDouble.of(1);
        }
        PValueMethod method =
                Math.max(sample.baseline().size(), sample.candidate().size()) < EXACT_BELOW
                        ? PValueMethod.EXACT
                        : PValueMethod.ASYMPTOTIC;
        return OptionalDouble.of(
                MannWhitneyUTest.withDefaults()
                        .with(method)
                        .test(array(sample.baseline()), array(sample.candidate()))
                        .getPValue());
    }

    /** The smallest p that n against n runs without ties can reach: 2 of all C(2n, n) orders. */
    static double smallest(int n) {
        double orders = 1;
        for (int i = 1; i <= n; i++) {
            orders *= (n + i) / (double) i;
        }
        return 2 / orders;
    }

    /** Nothing but ties has no variance that could be corrected for. */
    private static boolean all(List<Double> values, double one) {
        return values.stream().allMatch(value -> value == one);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
