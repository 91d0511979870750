package dev.shakedown.harness.run;

import dev.shakedown.harness.scenario.Limit;
import dev.shakedown.reports.run.RunRecord.Interval;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * How far the percentiles carry that limits were held against. It changes no verdict: latencies
 * grow alike where a server saturates, and that is the server's doing.
 */
record Certainty(LoadResult load, boolean openLoop) {

    /** What to know before believing the verdicts of these limits. */
    List<Reason> of(List<Limit> limits) {
        List<String> few = new ArrayList<>();
        List<String> within = new ArrayList<>();
        for (Limit limit : limits) {
            if (limit instanceof Limit.Latency latency) {
                few(latency).ifPresent(few::add);
                within(latency).ifPresent(within::add);
            }
        }
        List<Reason> reasons = new ArrayList<>();
        if (!few.isEmpty()) {
            reasons.add(
                    new Reason(
                            "effectiveSamples",
                            String.join("; ", few)
                                    + ": see the interval, and repeat the run or make it longer before a small difference counts"));
        }
        if (!within.isEmpty()) {
            reasons.add(
                    new Reason(
                            "closeToLimit",
                            String.join("; ", within) + ": the next run may decide otherwise"));
        }
        return reasons;
    }

    private Optional<String> few(Limit.Latency limit) {
        SampleFloor floor = limit.percentile();
        long count = histogram(limit).getTotalCount();
        return independent(limit)
                .filter(n -> floor.needs(count).isEmpty() && n < floor.samples())
                .map(
                        n ->
                                String.format(
                                        Locale.ROOT,
                                        "the %,d %s of %s count as %,d independent ones, of which it needs %,d",
                                        count,
                                        limit.metric() == Metric.ICL ? "gaps" : "requests",
                                        limit.key(),
                                        n,
                                        floor.samples()));
    }

    private Optional<String> within(Limit.Latency limit) {
        Histogram histogram = histogram(limit);
        if (limit.percentile().needs(histogram.getTotalCount()).isPresent()) {
            return Optional.empty();
        }
        long bound = limit.atMost().toNanos();
        return independent(limit)
                .map(n -> MetricSummaries.interval(histogram, limit.percentile(), n))
                .filter(interval -> holds(interval, bound))
                .map(
                        interval ->
                                "the limit of %s lies in the 95 %% interval of what was measured, %s to %s"
                                        .formatted(
                                                limit.key(),
                                                Durations.millis(interval.low().getAsLong()),
                                                Durations.millis(interval.high().getAsLong())));
    }

    private static boolean holds(Interval interval, long bound) {
        return interval.low().isPresent()
                && interval.high().isPresent()
                && interval.low().getAsLong() <= bound
                && bound <= interval.high().getAsLong();
    }

    private Optional<Long> independent(Limit.Latency limit) {
        return Optional.ofNullable(
                MetricSummaries.effective(load, counted(limit)).get(limit.percentile()));
    }

    private Histogram histogram(Limit.Latency limit) {
        return load.histograms().getOrDefault(counted(limit), new Histogram(1));
    }

    private Metric counted(Limit.Latency limit) {
        return LimitJudge.counted(limit.metric(), openLoop);
    }
}
