package dev.shakedown.workloads.load;

import java.util.Arrays;

/**
 * Whether answers come as fast as requests are due.
 *
 * <p>The k-th end is held against the k-th intended time. A server that keeps up ends requests a
 * constant while after they were due, so that the slope of one over the other is 1 however uneven
 * the arrivals were; one that serves a rate &mu; of an offered &lambda; has the slope &lambda; /
 * &mu;. Counting completions within a window would have the noise of what is in flight at its two
 * edges (1.8 % at 25 requests/s, 3.7 s each, over 30 s).
 */
final class Pace {
    private long[] intended = new long[1024];
    private long[] ended = new long[1024];
    private int size;

    /** A request that completed. */
    void add(long intendedNs, long endedNs) {
        if (size == intended.length) {
            intended = Arrays.copyOf(intended, size * 2);
            ended = Arrays.copyOf(ended, size * 2);
        }
        intended[size] = intendedNs;
        ended[size++] = endedNs;
    }

    /**
     * Rate of the answers over the rate of the requests due from {@code fromNs} on (least squares),
     * at most 1; 1 where fewer than two requests tell.
     */
    double from(long fromNs) {
        long[] due = new long[size];
        long[] done = new long[size];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (intended[i] >= fromNs) {
                due[count] = intended[i];
                done[count++] = ended[i];
            }
        }
        Arrays.sort(due, 0, count);
        Arrays.sort(done, 0, count);
        double slope = slope(due, done, count);
        return slope > 1 ? 1 / slope : 1;
    }

    private static double slope(long[] x, long[] y, int count) {
        double meanX = Arrays.stream(x, 0, count).average().orElse(0);
        double meanY = Arrays.stream(y, 0, count).average().orElse(0);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < count; i++) {
            covariance += (x[i] - meanX) * (y[i] - meanY);
            variance += (x[i] - meanX) * (x[i] - meanX);
        }
        return variance == 0 ? 1 : covariance / variance;
    }
}
