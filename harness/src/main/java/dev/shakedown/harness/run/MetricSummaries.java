package dev.shakedown.harness.run;

import dev.shakedown.reports.run.RunRecord.Interval;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/** Histograms as figures; a percentile below its sample floor has none. */
final class MetricSummaries {
    /** The normal distribution's 97.5th percentile. */
    private static final double NORMAL_95 = 1.96;

    private MetricSummaries() {}

    /** One entry per metric that has values, in the order of {@link Metric}. */
    static Map<String, MetricSummary> of(LoadResult load) {
        Map<String, MetricSummary> summaries = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            Histogram histogram = load.histograms().get(metric);
            if (histogram != null && histogram.getTotalCount() > 0) {
                summaries.put(metric.key(), of(histogram, effective(load, metric)));
            }
        }
        load.sessions().ifPresent(sessions -> add(summaries, sessions));
        for (int i = 0; i < load.endpoints().size(); i++) {
            add(summaries, "ttft.endpoint" + (i + 1), load.endpoints().get(i).ttft());
        }
        return summaries;
    }

    /** A later turn finds its history in the prefix cache. */
    private static void add(Map<String, MetricSummary> to, LoadResult.SessionFacts sessions) {
        add(to, "ttft.firstTurn", sessions.firstTtft());
        add(to, "ttft.laterTurns", sessions.laterTtft());
    }

    private static void add(Map<String, MetricSummary> to, String key, Histogram histogram) {
        if (histogram.getTotalCount() > 0) {
            to.put(key, of(histogram, Map.of()));
        }
    }

    /** Of each percentile, the independent samples that it rests on; empty where unknown. */
    static Map<SampleFloor, Long> effective(LoadResult load, Metric metric) {
        return load.effective().getOrDefault(metric, Map.of());
    }

    private static MetricSummary of(Histogram histogram, Map<SampleFloor, Long> effective) {
        Map<String, PercentileValue> percentiles = new LinkedHashMap<>();
        for (SampleFloor floor : SampleFloor.values()) {
            OptionalInt needs = floor.needs(histogram.getTotalCount());
            Optional<Long> independent = Optional.ofNullable(effective.get(floor));
            percentiles.put(
                    floor.key(),
                    new PercentileValue(
                            needs.isPresent()
                                    ? Optional.empty()
                                    : Optional.of(
                                            histogram.getValueAtPercentile(floor.percentile())),
                            needs,
                            independent.map(OptionalLong::of).orElse(OptionalLong.empty()),
                            needs.isPresent()
                                    ? Optional.empty()
                                    : independent.map(n -> interval(histogram, floor, n))));
        }
        return new MetricSummary(
                "ns",
                histogram.getTotalCount(),
                histogram.getMean(),
                histogram.getMinValue(),
                histogram.getMaxValue(),
                percentiles);
    }

    /**
     * Where a percentile p lies with 95 % confidence: between the values at p &plusmn; 1.96
     * &radic;(p (1 &minus; p) / n), n being the independent samples (Woodruff, Confidence intervals
     * for medians and other position measures, JASA 47, 1952). An end beyond all values is open: a
     * p99 has an upper one from 381 samples on.
     */
    static Interval interval(Histogram histogram, SampleFloor percentile, long independent) {
        double p = percentile.percentile() / 100;
        double half = NORMAL_95 * Math.sqrt(p * (1 - p) / independent);
        return new Interval(at(histogram, p - half), at(histogram, p + half));
    }

    private static OptionalLong at(Histogram histogram, double share) {
        return share <= 0 || share >= 1
                ? OptionalLong.empty()
                : OptionalLong.of(histogram.getValueAtPercentile(100 * share));
    }
}
