package dev.shakedown.reports.regression;

import dev.shakedown.reports.regression.PrimaryMetric.Better;
import dev.shakedown.reports.regression.PrimaryMetric.Scale;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The primary metrics of two groups of runs, a value a run: throughput, goodput (completions, where
 * no {@code slo} is set), TTFT p50 and tail, TPOT p50, the tail of the gaps between chunks, errors,
 * the start of the engine, and the capacity that was searched for. Whatever else a run measures is
 * information.
 *
 * <p>TTFT counts from the intended moment where runs have it. The tail is p99, or the highest of
 * p99, p95 and p90 that every run has enough requests for.
 */
public final class PrimaryMetrics {
    private static final String OUTPUT = "outputTokens/s";
    private static final String COMPLETED = "requests/s";
    private static final String GOODPUT = "goodput/s";
    private static final String CAPACITY = "capacity.requests/s";
    private static final String TTFT = "ttft";
    private static final String TTFT_INTENDED = "ttft.intended";
    private static final String TPOT = "tpot";
    private static final String GAPS = "icl";
    private static final String MIDDLE = "p50";
    private static final String ERROR_RATIO = "errorRatio";
    private static final double NANOS_PER_MS = 1e6;
    private static final String START = "startUp.engine.s";
    private static final List<String> TAILS = List.of("p99", "p95", "p90");
    private static final Threshold THROUGHPUT = new Threshold(0.03, 0);
    private static final Threshold TTFT_MIDDLE = new Threshold(0.05, 5);
    private static final Threshold TTFT_TAIL = new Threshold(0.10, 20);
    private static final Threshold TPOT_MIDDLE = new Threshold(0.03, 0.1);

    /** Gaps are shorter than TTFT: 20 ms would hide a doubling. */
    private static final Threshold GAP_TAIL = new Threshold(0.10, 2);

    /** A thousandth of all requests, as the limits of most scenarios. */
    private static final Threshold ERRORS = new Threshold(0, 0.001);

    private static final Threshold START_UP = new Threshold(0.10, 2);

    private final Arms arms;
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    private PrimaryMetrics(Arms arms) {
        this.arms = arms;
    }

    /**
     * What was found.
     *
     * @param samples in the order of a report
     * @param missing what some runs have and others lack, in words
     */
    record Found(List<Sample> samples, List<String> missing) {}

    /** The names of all that there may be: a load and the length of its runs decide which are. */
    public static List<String> names() {
        List<String> names = new ArrayList<>(List.of(OUTPUT, COMPLETED, GOODPUT, CAPACITY));
        Stream.of(TTFT, TTFT_INTENDED, TPOT).map(key -> named(key, MIDDLE)).forEach(names::add);
        names.addAll(List.of(ERROR_RATIO, START));
        for (String key : List.of(TTFT, TTFT_INTENDED, GAPS)) {
            TAILS.reversed().stream().map(tail -> named(key, tail)).forEach(names::add);
        }
        return List.copyOf(names);
    }

    private static String named(String key, String percentile) {
        return key + "." + percentile;
    }

    static Found of(Arms arms) {
        return new PrimaryMetrics(arms).find();
    }

    private Found find() {
        boolean slo = arms.all().stream().allMatch(run -> run.rates().containsKey("goodput"));
        throughput(OUTPUT, "output tokens", "tokens/s");
        throughput(slo ? GOODPUT : COMPLETED, slo ? "goodput" : "completed", "requests/s");
        throughput(CAPACITY, "capacity", "requests/s");
        String ttft = all(TTFT_INTENDED) ? TTFT_INTENDED : TTFT;
        latency(ttft, MIDDLE, TTFT_MIDDLE);
        tail(ttft, TTFT_TAIL);
        latency(TPOT, MIDDLE, TPOT_MIDDLE);
        tail(GAPS, GAP_TAIL);
        add(
                new PrimaryMetric(ERROR_RATIO, "errors", "", Better.LOWER, Scale.ABSOLUTE, ERRORS),
                PrimaryMetrics::errorRatio);
        add(
                new PrimaryMetric(
                        START, "engine start", "s", Better.LOWER, Scale.RELATIVE, START_UP),
                run -> rate(run, START));
        return new Found(samples, missing);
    }

    private void throughput(String key, String label, String unit) {
        add(
                new PrimaryMetric(key, label, unit, Better.HIGHER, Scale.RELATIVE, THROUGHPUT),
                run -> rate(run, key));
    }

    private void latency(String key, String percentile, Threshold threshold) {
        add(
                new PrimaryMetric(
                        named(key, percentile),
                        label(key) + " " + percentile,
                        "ms",
                        Better.LOWER,
                        Scale.RELATIVE,
                        threshold),
                run -> percentile(run, key, percentile));
    }

    private void tail(String key, Threshold threshold) {
        TAILS.stream()
                .filter(
                        p ->
                                arms.all().stream()
                                        .allMatch(run -> percentile(run, key, p).isPresent()))
                .findFirst()
                .ifPresent(p -> latency(key, p, threshold));
    }

    private boolean all(String metric) {
        return arms.all().stream().allMatch(run -> run.metrics().containsKey(metric));
    }

    /** Left out where a run lacks it; said so, where others have it. */
    private void add(PrimaryMetric metric, Function<RunRecord, Optional<Double>> read) {
        List<Double> baseline = values(arms.baseline(), read);
        List<Double> candidate = values(arms.candidate(), read);
        int found = baseline.size() + candidate.size();
        int runs = arms.baseline().size() + arms.candidate().size();
        if (found == runs) {
            samples.add(new Sample(metric, baseline, candidate, arms.paired()));
        } else if (found > 0) {
            missing.add("%s: only %d of %d runs have it".formatted(metric.label(), found, runs));
        }
    }

    private static List<Double> values(
            List<RunRecord> runs, Function<RunRecord, Optional<Double>> read) {
        return runs.stream().flatMap(run -> read.apply(run).stream()).toList();
    }

    /** Whether it counts from the intended moment is in the metric's name. */
    private static String label(String key) {
        return key.replace(".intended", "").toUpperCase(Locale.ROOT);
    }

    private static Optional<Double> rate(RunRecord run, String key) {
        return Optional.ofNullable(run.rates().get(key));
    }

    private static Optional<Double> percentile(RunRecord run, String key, String percentile) {
        return Optional.ofNullable(run.metrics().get(key))
                .map(MetricSummary::percentiles)
                .map(all -> all.get(percentile))
                .flatMap(PercentileValue::value)
                .map(nanos -> nanos / NANOS_PER_MS);
    }

    /** Of all that was offered, what did not complete. */
    private static Optional<Double> errorRatio(RunRecord run) {
        long all = run.outcomes().values().stream().mapToLong(Long::longValue).sum();
        long completed = run.outcomes().getOrDefault("Completed", 0L);
        return all == 0 ? Optional.empty() : Optional.of((all - completed) / (double) all);
    }
}
