package dev.shakedown.reports.trend;

import java.util.List;

/**
 * One metric over the runs of a trend.
 *
 * @param values one a run, in the metric's shown unit; NaN where the run has none
 */
public record TrendLine(TrendMetric metric, List<Double> values, List<TrendChange> changes) {
    private static final double ROUNDING = 1e-9;

    public TrendLine {
        values = List.copyOf(values);
        changes = List.copyOf(changes);
    }

    /** The values that are there. */
    List<Double> present() {
        return values.stream().filter(value -> !value.isNaN()).toList();
    }

    /** The mean until the first change; NaN without values. */
    public double firstLevel() {
        return changes.isEmpty() ? mean() : changes.getFirst().before();
    }

    /** The mean since the last change; NaN without values. */
    public double lastLevel() {
        return changes.isEmpty() ? mean() : changes.getLast().after();
    }

    /**
     * Whether its values differ by more than rounding; a chart of those that do not shows nothing.
     */
    public boolean varies() {
        double low = present().stream().reduce(Double::min).orElse(0.0);
        double high = present().stream().reduce(Double::max).orElse(0.0);
        return high - low > Math.abs(high) * ROUNDING;
    }

    private double mean() {
        return present().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /** The last that is there; NaN without any. */
    public double latest() {
        return present().isEmpty() ? Double.NaN : present().getLast();
    }
}
