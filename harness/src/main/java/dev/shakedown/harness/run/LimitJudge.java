package dev.shakedown.harness.run;

import dev.shakedown.harness.scenario.Limit;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.Metric;
import dev.shakedown.workloads.measure.SampleFloor;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** Holds what was measured against the scenario's limits. */
final class LimitJudge {
    private static final double PERCENT = 100;

    private final LoadResult load;
    private final boolean openLoop;

    LimitJudge(LoadResult load, boolean openLoop) {
        this.load = load;
        this.openLoop = openLoop;
    }

    /**
     * {@code met} is absent where too few requests were offered for the percentile; such a run is
     * INVALID.
     */
    LimitResult judge(Limit limit) {
        return switch (limit) {
            case Limit.Latency latency -> judgeLatency(latency);
            case Limit.ErrorRatio ratio ->
                    result(
                            limit,
                            "<= " + percent(ratio.atMost()),
                            percent(errorRatio()),
                            errorRatio() <= ratio.atMost());
            case Limit.AchievedRate rate -> {
                double achieved = load.trend().achieved();
                yield result(
                        limit,
                        ">= " + percent(rate.atLeast()),
                        percent(achieved),
                        achieved >= rate.atLeast());
            }
            case Limit.Goodput goodput ->
                    result(
                            limit,
                            ">= " + percent(goodput.atLeast()),
                            percent(goodput()),
                            goodput() >= goodput.atLeast());
        };
    }

    /** Share of the drawn schedule that did not complete. */
    double errorRatio() {
        return ratio(load.schedule().drawn() - load.completed());
    }

    /** Share of the drawn schedule that met the per-request objectives. */
    double goodput() {
        return ratio(load.good());
    }

    /**
     * The metric that a limit on it means: in open loop a user's wait starts when he meant to ask.
     */
    static Metric counted(Metric metric, boolean openLoop) {
        return switch (metric) {
            case TTFT -> openLoop ? Metric.TTFT_INTENDED : Metric.TTFT;
            case E2E -> openLoop ? Metric.E2E_INTENDED : Metric.E2E;
            case TTFT_INTENDED, TPOT, ICL, E2E_INTENDED, SEND_DELAY -> metric;
        };
    }

    private LimitResult judgeLatency(Limit.Latency limit) {
        Metric metric = counted(limit.metric(), openLoop);
        SampleFloor floor = limit.percentile();
        Histogram histogram = load.histograms().getOrDefault(metric, new Histogram(1));
        String bound = "<= " + Durations.text(limit.atMost());
        String name =
                metric == limit.metric() ? limit.key() : limit.key() + " (" + metric.key() + ")";
        long count = histogram.getTotalCount();
        if (floor.needs(count).isEmpty()) {
            long measured = histogram.getValueAtPercentile(floor.percentile());
            return new LimitResult(
                    name,
                    bound,
                    Durations.millis(measured),
                    Optional.of(measured <= limit.atMost().toNanos()));
        }
        if (floor.needs(load.schedule().drawn()).isPresent()) {
            return new LimitResult(
                    name, bound, count + " of " + floor.samples() + " requests", Optional.empty());
        }
        // Enough were offered; that too few came back is the server's doing.
        return new LimitResult(
                name, bound, "only " + count + " requests have a value", Optional.of(false));
    }

    private double ratio(long count) {
        long drawn = load.schedule().drawn();
        return drawn == 0 ? 0 : count / (double) drawn;
    }

    private static LimitResult result(Limit limit, String bound, String measured, boolean met) {
        return new LimitResult(limit.key(), bound, measured, Optional.of(met));
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", share * PERCENT);
    }

    /** The smallest limit that a late send would shift; empty if there is none. */
    static Optional<Duration> tightest(Iterable<Limit> limits) {
        Optional<Duration> tightest = Optional.empty();
        for (Limit limit : limits) {
            if (limit instanceof Limit.Latency(Metric metric, SampleFloor _, Duration atMost)
                    && (metric == Metric.TTFT
                            || metric == Metric.E2E
                            || metric == Metric.TTFT_INTENDED
                            || metric == Metric.E2E_INTENDED)
                    && (tightest.isEmpty() || atMost.compareTo(tightest.get()) < 0)) {
                tightest = Optional.of(atMost);
            }
        }
        return tightest;
    }
}
