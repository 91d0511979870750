package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.HdrHistogram.Histogram;

/** Histograms as figures; a percentile below its sample floor has none. */
final class MetricSummaries {
    private MetricSummaries() {}

    /** One entry per metric that has values, in the order of {@link Metric}. */
    static Map<String, MetricSummary> of(LoadResult load) {
        Map<String, MetricSummary> summaries = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            Histogram histogram = load.histograms().get(metric);
            if (histogram != null && histogram.getTotalCount() > 0) {
                summaries.put(metric.key(), of(histogram));
            }
        }
        return summaries;
    }

    private static MetricSummary of(Histogram histogram) {
        Map<String, PercentileValue> percentiles = new LinkedHashMap<>();
        for (SampleFloor floor : SampleFloor.values()) {
            OptionalInt needs = floor.needs(histogram.getTotalCount());
            Optional<Long> value =
                    needs.isPresent()
                            ? Optional.empty()
                            : Optional.of(histogram.getValueAtPercentile(floor.percentile()));
            percentiles.put(floor.key(), new PercentileValue(value, needs));
        }
        return new MetricSummary(
                "ns",
                histogram.getTotalCount(),
                histogram.getMean(),
                histogram.getMinValue(),
                histogram.getMaxValue(),
                percentiles);
    }
}
