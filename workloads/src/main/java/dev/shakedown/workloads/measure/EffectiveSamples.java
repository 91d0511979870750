package dev.shakedown.workloads.measure;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many independent samples a series of correlated ones counts as: n / &tau;, where &tau; = 1 +
 * 2 &Sigma; &rho;(k) is its integrated autocorrelation time. Neighbouring requests share the engine
 * and its queue, so that near saturation hundreds of latencies tell little more than one.
 *
 * <p>&tau; is summed by Geyer's initial monotone sequence (Practical Markov chain Monte Carlo,
 * Statistical Science 7, 1992), the estimator of most samplers' effective sample size: sums of two
 * neighbouring autocorrelations, as long as they are positive, none greater than the one before.
 *
 * <p>For a percentile the series is whether each value lies above it: the variance of that share
 * decides how far the percentile is known.
 */
public final class EffectiveSamples {
    /** Longer series are averaged in blocks first: the sum takes the square of the length. */
    private static final int MAX_POINTS = 20_000;

    /** With fewer independent values above a percentile, its own &tau; is a guess, too small. */
    private static final int ENOUGH_ABOVE = 10;

    private EffectiveSamples() {}

    /**
     * For each percentile, at least 1 and at most the number of values; empty without values.
     *
     * @param values in the order of their time
     */
    public static Map<SampleFloor, Long> of(long[] values) {
        Map<SampleFloor, Long> effective = new EnumMap<>(SampleFloor.class);
        if (values.length == 0) {
            return effective;
        }
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        double lower = 1;
        for (SampleFloor floor : SampleFloor.values()) {
            int rank = (int) Math.ceil(values.length * floor.percentile() / 100);
            double[] above = above(values, sorted[rank - 1]);
            double time = autocorrelationTime(above);
            boolean tells = Arrays.stream(above).sum() >= ENOUGH_ABOVE * time;
            // One burst above a high percentile may hide how long bursts are: the percentile
            // below it has seen more of them.
            time = tells ? time : Math.max(time, lower);
            effective.put(floor, Math.max(1, (long) (values.length / time)));
            lower = time;
        }
        return effective;
    }

    private static double[] above(long[] values, long bound) {
        return Arrays.stream(values).mapToDouble(value -> value > bound ? 1 : 0).toArray();
    }

    /** &tau; of a series in steps of it; at least 1, which is also that of a constant one. */
    static double autocorrelationTime(double[] series) {
        int block = Math.ceilDiv(series.length, MAX_POINTS);
        double[] points = block > 1 ? blocks(series, block) : series.clone();
        double inBlock = block > 1 ? block * variance(points) / variance(series) : 1;
        double mean = Arrays.stream(points).average().orElse(0);
        for (int i = 0; i < points.length; i++) {
            points[i] -= mean;
        }
        double variance = covariance(points, 0);
        if (variance == 0) {
            return 1;
        }
        double sum = 0;
        double pair = Double.MAX_VALUE;
        for (int lag = 0; lag + 1 < points.length && pair > 0; lag += 2) {
            double next = (covariance(points, lag) + covariance(points, lag + 1)) / variance;
            pair = Math.min(pair, next);
            sum += Math.max(0, pair);
        }
        return Math.max(1, inBlock * (2 * sum - 1));
    }

    private static double[] blocks(double[] series, int size) {
        double[] means = new double[series.length / size];
        for (int i = 0; i < means.length; i++) {
            means[i] = Arrays.stream(series, i * size, (i + 1) * size).sum() / size;
        }
        return means;
    }

    private static double variance(double[] series) {
        double mean = Arrays.stream(series).average().orElse(0);
        return Arrays.stream(series).map(x -> (x - mean) * (x - mean)).sum() / series.length;
    }

    /** Of a series with mean 0, over all of its length, so that far lags count little. */
    private static double covariance(double[] centred, int lag) {
        double sum = 0;
        for (int i = 0; i + lag < centred.length; i++) {
            sum += centred[i] * centred[i + lag];
        }
        return sum / centred.length;
    }
}
