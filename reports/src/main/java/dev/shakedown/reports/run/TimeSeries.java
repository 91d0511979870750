package dev.shakedown.reports.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * {@code timeseries.csv.gz}: every series by source, metric and labels, in the file's order; x is
 * seconds since {@code startedAt}.
 */
public final class TimeSeries {
    private final Map<Key, Points.Builder> series = new LinkedHashMap<>();

    /** What a series is called. */
    public record Key(String source, String metric, String labels) {}

    void add(Key key, double seconds, double value) {
        series.computeIfAbsent(key, _ -> new Points.Builder()).add(seconds, value);
    }

    /** All series of a metric, by source and labels. */
    public Map<Key, Points> of(String metric) {
        Map<Key, Points> found = new LinkedHashMap<>();
        series.forEach(
                (key, points) -> {
                    if (key.metric().equals(metric)) {
                        found.put(key, points.build());
                    }
                });
        return found;
    }

    /** Names of all series. */
    public List<Key> keys() {
        return List.copyOf(series.keySet());
    }

    /**
     * Sum over sources and labels of a metric, at every moment at which any of them has a value.
     */
    public Points total(String metric) {
        return merged(metric, Double::sum);
    }

    /** The largest value of any source and labels: of shares, a sum would mean nothing. */
    public Points largest(String metric) {
        return merged(metric, Double::max);
    }

    private Points merged(String metric, BinaryOperator<Double> both) {
        Map<Double, Double> values = new TreeMap<>();
        for (Points points : of(metric).values()) {
            for (int i = 0; i < points.size(); i++) {
                values.merge(points.x(i), points.y(i), both);
            }
        }
        Points.Builder merged = new Points.Builder();
        values.forEach(merged::add);
        return merged.build();
    }
}
