package dev.shakedown.benchmarks;

import dev.shakedown.reports.regression.Sample;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * Rules that others alarm by: a score a metric and a night, and the score from which they alarm.
 */
enum OtherRule {
    /** The medians of the runs differ by more than 5 %. */
    FIXED("fixed 5 % on medians", 0.05) {
        @Override
        double score(Sample sample, Deque<Double> past) {
            return median(sample.candidate()) / median(sample.baseline()) - 1;
        }
    },
    /** Go's benchstat: Mann-Whitney below 0.05, and the median is worse. */
    BENCHSTAT("benchstat: U test, 0.05", -0.05) {
        @Override
        double score(Sample sample, Deque<Double> past) {
            double p =
                    MannWhitneyUTest.withDefaults()
                            .test(array(sample.candidate()), array(sample.baseline()))
                            .getPValue();
            return median(sample.candidate()) > median(sample.baseline()) ? -p : -1;
        }
    },
    /** Conbench: the candidate's best run against the mean and sd of the last nights' best. */
    CONBENCH("conbench: z > 5 over nights", 5) {
        @Override
        double score(Sample sample, Deque<Double> past) {
            double mean = past.stream().mapToDouble(v -> v).average().orElse(0);
            double squares =
                    past.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum()
                            / (past.size() - 1);
            return (best(sample.candidate()) - mean) / Math.sqrt(squares);
        }
    };

    /** Nights before, without a change, that a rule may look back on. */
    static final int LOOK_BACK = 100;

    final String label;
    final double usual;

    OtherRule(String label, double usual) {
        this.label = label;
        this.usual = usual;
    }

    /**
     * Larger is worse.
     *
     * @param past the best baseline run of each night before
     */
    abstract double score(Sample sample, Deque<Double> past);

    /** What a night leaves for the ones after it. */
    static void remember(Sample sample, Deque<Double> past) {
        past.addLast(best(sample.baseline()));
        if (past.size() > LOOK_BACK) {
            past.removeFirst();
        }
    }

    static Deque<Double> nothing() {
        return new ArrayDeque<>();
    }

    private static double best(List<Double> values) {
        return values.stream().mapToDouble(v -> v).min().orElseThrow();
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
        int half = sorted.length / 2;
        return (sorted[half] + sorted[sorted.length - 1 - half]) / 2;
    }

    private static double[] array(List<Double> values) {
        return Arrays.copyOf(values.stream().mapToDouble(v -> v).toArray(), values.size());
    }
}
