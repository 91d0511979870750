package dev.shakedown.simulator.engine;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** A Prometheus histogram: upper bounds, one counter each, and the sum. */
final class Histogram {
    private final double[] bounds;
    private final long[] counts;
    private double sum;

    /**
     * @param bounds ascending, without infinity
     */
    Histogram(double... bounds) {
        this.bounds = bounds.clone();
        this.counts = new long[bounds.length + 1];
    }

    /** 1, 2, 5, 10, 20, 50 and so on, up to a maximum. */
    static Histogram ofLengths(int maximum) {
        return new Histogram(
                DoubleStream.iterate(1, decade -> decade * 10)
                        .flatMap(decade -> DoubleStream.of(decade, 2 * decade, 5 * decade))
                        .takeWhile(bound -> bound <= maximum)
                        .toArray());
    }

    void record(double value) {
        int at = Arrays.binarySearch(bounds, value);
        counts[at >= 0 ? at : -at - 1]++;
        sum += value;
    }

    void print(PrometheusPage page, String name, String labels) {
        long cumulative = 0;
        for (int i = 0; i < bounds.length; i++) {
            cumulative += counts[i];
            page.sample(name + "_bucket", labels + ",le=\"" + bounds[i] + "\"", cumulative);
        }
        cumulative += counts[bounds.length];
        page.sample(name + "_bucket", labels + ",le=\"+Inf\"", cumulative);
        page.sample(name + "_count", labels, cumulative);
        page.sample(name + "_sum", labels, sum);
    }
}
