package dev.shakedown.reports.regression;

import java.util.List;
import java.util.Map;

/**
 * The practical thresholds of a comparison: each metric's default, widened by what nights without
 * any change have shown.
 *
 * <p>With at least {@value #NIGHTS} A/A changes of a metric, its relative delta is the larger of
 * the default and their 95th percentile (of absolute values; type 7 of Hyndman and Fan), scaled
 * from one pair to the mean of n: divided by √n.
 */
public final class Deltas {
    /** Fewer A/A changes do not move a default. */
    public static final int NIGHTS = 10;

    private static final double SHARE = 0.95;

    private final Map<String, List<Double>> history;
    private final Map<String, Threshold> own;

    private Deltas(Map<String, List<Double>> history, Map<String, Threshold> own) {
        this.history = Map.copyOf(history);
        this.own = Map.copyOf(own);
    }

    /** The defaults alone. */
    public static Deltas defaults() {
        return new Deltas(Map.of(), Map.of());
    }

    /**
     * Widened by what A/A pairs have shown.
     *
     * @param changes metric name to its changes between the two runs of A/A pairs: relative for
     *     metrics on the relative scale, differences for the others
     */
    public static Deltas from(Map<String, List<Double>> changes) {
        return new Deltas(changes, Map.of());
    }

    /** The same with other thresholds in place of the defaults, by metric. */
    public Deltas with(Map<String, Threshold> thresholds) {
        return new Deltas(history, thresholds);
    }

    /**
     * The delta for a change from this baseline, over this many pairs, on the metric's own scale.
     *
     * @param pairs for groups of unequal size their harmonic mean
     */
    double of(PrimaryMetric metric, double baseline, double pairs) {
        Threshold threshold = threshold(metric);
        double delta =
                metric.scale() == PrimaryMetric.Scale.ABSOLUTE
                        ? Math.max(threshold.relative(), threshold.absolute())
                        : threshold.of(baseline);
        List<Double> seen = history.getOrDefault(metric.name(), List.of());
        return seen.size() < NIGHTS ? delta : Math.max(delta, usual(seen) / Math.sqrt(pairs));
    }

    /** What is said of {@code ttft} holds for {@code ttft.intended}, unless that is named, too. */
    private Threshold threshold(PrimaryMetric metric) {
        Threshold plain =
                own.getOrDefault(metric.name().replace(".intended", ""), metric.threshold());
        return own.getOrDefault(metric.name(), plain);
    }

    private static double usual(List<Double> changes) {
        double[] sorted = changes.stream().mapToDouble(Math::abs).sorted().toArray();
        double at = (sorted.length - 1) * SHARE;
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
