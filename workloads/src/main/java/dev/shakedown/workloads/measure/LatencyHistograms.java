package dev.shakedown.workloads.measure;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/** One histogram per metric; a metric without values has none. Not safe for concurrent use. */
final class LatencyHistograms {
    /** Significant digits kept: a value is off by at most 0.1 %. */
    static final int DIGITS = 3;

    private final Map<Metric, Histogram> byMetric = new EnumMap<>(Metric.class);
    private final Set<Metric> metrics;
    private final Supplier<Histogram> empty;

    LatencyHistograms(Set<Metric> metrics, Supplier<Histogram> empty) {
        this.metrics = metrics;
        this.empty = empty;
    }

    void add(RequestRecord request, ChunkGaps gaps) {
        for (Metric metric : metrics) {
            OptionalLong value = request.valueOf(metric);
            if (value.isPresent()) {
                record(histogram(metric), value.getAsLong());
            }
        }
        if (request.outcome() instanceof Outcome.Completed && gaps.size() > 0) {
            Histogram icl = histogram(Metric.ICL);
            for (int i = 0; i < gaps.size(); i++) {
                record(icl, gaps.get(i));
            }
        }
    }

    Map<Metric, Histogram> byMetric() {
        return byMetric;
    }

    private Histogram histogram(Metric metric) {
        return byMetric.computeIfAbsent(metric, _ -> empty.get());
    }

    private static void record(Histogram histogram, long ns) {
        histogram.recordValue(Math.max(0, ns));
    }
}
