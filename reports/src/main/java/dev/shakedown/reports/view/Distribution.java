package dev.shakedown.reports.view;

import dev.shakedown.reports.run.Points;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/** Curves of a histogram of nanoseconds, in milliseconds. */
final class Distribution {
    private static final double NANOS_PER_MS = 1e6;
    private static final int QUANTILES = 200;
    private static final int STEPS = 400;

    private Distribution() {}

    /**
     * The percentile spectrum: x is the percentile, at even steps of log 1/(1−p) from p0 to the
     * largest that {@code n} samples can show, 1 − 1/n; values as HdrHistogram defines them (the
     * largest value of the bucket in which the rank lies).
     */
    static Points spectrum(Histogram values) {
        Points.Builder points = new Points.Builder();
        double nines = Math.log10(Math.max(2.0, (double) values.getTotalCount()));
        for (int i = 0; i <= QUANTILES - 1; i++) {
            double p = 100 * (1 - Math.pow(10, -nines * i / (QUANTILES - 1)));
            points.add(p, values.getValueAtPercentile(p) / NANOS_PER_MS);
        }
        return points.build();
    }

    /** The empirical distribution: x is ms, y the share of samples at or below, in per cent. */
    static Points ecdf(Histogram values) {
        Points.Builder points = new Points.Builder();
        AbstractHistogram.RecordedValues recorded = values.recordedValues();
        long total = values.getTotalCount();
        double shown = -1;
        for (HistogramIterationValue value : recorded) {
            double share = 100.0 * value.getTotalCountToThisValue() / total;
            if (share - shown >= 100.0 / STEPS || value.getTotalCountToThisValue() == total) {
                points.add(value.getValueIteratedTo() / NANOS_PER_MS, share);
                shown = share;
            }
        }
        return points.build();
    }
}
