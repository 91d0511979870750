package dev.shakedown.reports.regression;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Benjamini and Hochberg's step-up procedure (1995): of the metrics called changed, the expected
 * share that did not change stays below the level at which the adjusted p values are read.
 */
final class FalseDiscoveries {
    private FalseDiscoveries() {}

    /** Adjusted p values in the order given: min over all larger p of p(k) · m / k, at most 1. */
    static double[] adjusted(double... p) {
        int[] descending =
                IntStream.range(0, p.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> p[i]).reversed())
                        .mapToInt(Integer::intValue)
                        .toArray();
        double[] adjusted = new double[p.length];
        double least = 1;
        for (int i = 0; i < p.length; i++) {
            int rank = p.length - i;
            least = Math.min(least, p[descending[i]] * p.length / rank);
            adjusted[descending[i]] = least;
        }
        return adjusted;
    }
}
