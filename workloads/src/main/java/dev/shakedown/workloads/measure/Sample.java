package dev.shakedown.workloads.measure;

/**
 * One value of a time series.
 *
 * @param labels {@code name=value} pairs joined by {@code ;}, in the order of their source; empty
 *     without labels
 */
public record Sample(String metric, String labels, double value) {

    /** A value without labels. */
    public static Sample of(String metric, double value) {
        return new Sample(metric, "", value);
    }
}
