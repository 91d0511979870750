package dev.shakedown.workloads.measure;

import java.util.OptionalInt;

/**
 * How many samples a percentile needs before it is published: with fewer, even one sample beyond it
 * would not certify it at 99 % confidence. Values by MLPerf LoadGen's early-stopping rule
 * (binomial, c = 0.99, one violation allowed), {@code mlcommons/inference
 * loadgen/early_stopping.cc}.
 */
public enum SampleFloor {
    P50("p50", 50, 11),
    P90("p90", 90, 64),
    P95("p95", 95, 130),
    P99("p99", 99, 662),
    P99_9("p99.9", 99.9, 6_636);

    private final String key;
    private final double percentile;
    private final int samples;

    SampleFloor(String key, double percentile, int samples) {
        this.key = key;
        this.percentile = percentile;
        this.samples = samples;
    }

    public String key() {
        return key;
    }

    /** Between 0 and 100, as HdrHistogram takes it. */
    public double percentile() {
        return percentile;
    }

    public int samples() {
        return samples;
    }

    /** The number of samples that are needed in all, if {@code count} are too few. */
    public OptionalInt needs(long count) {
        return count >= samples ? OptionalInt.empty() : OptionalInt.of(samples);
    }
}
