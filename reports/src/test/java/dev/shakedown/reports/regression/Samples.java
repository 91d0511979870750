package dev.shakedown.reports.regression;

import dev.shakedown.reports.regression.PrimaryMetric.Better;
import dev.shakedown.reports.regression.PrimaryMetric.Scale;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/** Run-level values for tests. */
final class Samples {
    static final PrimaryMetric TPOT =
            new PrimaryMetric(
                    "tpot.p50",
                    "TPOT p50",
                    "ms",
                    Better.LOWER,
                    Scale.RELATIVE,
                    new Threshold(.03, 0));
    static final PrimaryMetric TOKENS =
            new PrimaryMetric(
                    "outputTokens/s",
                    "output tokens",
                    "tokens/s",
                    Better.HIGHER,
                    Scale.RELATIVE,
                    new Threshold(.03, 0));
    static final PrimaryMetric ERRORS =
            new PrimaryMetric(
                    "errorRatio",
                    "errors",
                    "",
                    Better.LOWER,
                    Scale.ABSOLUTE,
                    new Threshold(0, .001));

    /** Six runs at about 100, and six at about 105. */
    static final List<Double> BEFORE = List.of(101.2, 99.8, 100.5, 102.1, 98.9, 100.0);

    static final List<Double> AFTER = List.of(105.9, 104.2, 106.8, 105.1, 103.7, 107.3);

    private Samples() {}

    static Sample pairs(PrimaryMetric metric, List<Double> baseline, List<Double> candidate) {
        return new Sample(metric, baseline, candidate, true);
    }

    static Sample groups(PrimaryMetric metric, List<Double> baseline, List<Double> candidate) {
        return new Sample(metric, baseline, candidate, false);
    }

    /** Lognormal around a centre, with this coefficient of variation. */
    static List<Double> draw(RandomGenerator random, int n, double centre, double cv) {
        return DoubleStream.generate(() -> centre * Math.exp(cv * random.nextGaussian()))
                .limit(n)
                .boxed()
                .toList();
    }
}
