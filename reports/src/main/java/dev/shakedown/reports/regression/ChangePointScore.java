package dev.shakedown.reports.regression;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Student's t test, two-sided, with one variance for both stretches. As in Apache Otava the
 * variance of a stretch is that of a population (÷ n), so that p is smaller than a textbook's.
 */
final class ChangePointScore {
    private ChangePointScore() {}

    static ChangePoint judge(double[] values, int start, int split, int end) {
        double before = mean(values, start, split);
        double after = mean(values, split, end);
        return new ChangePoint(split, before, after, pScore(values, start, split, end));
    }

    /** 1 where nothing can be told: two values, or all the same. */
    static double pScore(double[] values, int start, int split, int end) {
        int n = split - start;
        int m = end - split;
        int freedom = n + m - 2;
        double difference = mean(values, split, end) - mean(values, start, split);
        if (freedom == 0 || difference == 0) {
            return 1;
        }
        double variance =
                ((n - 1) * variance(values, start, split) + (m - 1) * variance(values, split, end))
                        / freedom;
        double t = difference / Math.sqrt(variance * (1.0 / n + 1.0 / m));
        return 2 * TDistribution.of(freedom).survivalProbability(Math.abs(t));
    }

    private static double mean(double[] values, int start, int end) {
        double sum = 0;
        for (int i = start; i < end; i++) {
            sum += values[i];
        }
        return sum / (end - start);
    }

    private static double variance(double[] values, int start, int end) {
        double mean = mean(values, start, end);
        double sum = 0;
        for (int i = start; i < end; i++) {
            sum += (values[i] - mean) * (values[i] - mean);
        }
        return sum / (end - start);
    }
}
