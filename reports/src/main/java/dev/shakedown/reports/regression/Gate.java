package dev.shakedown.reports.regression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The rule by which run-level values become verdicts; all that decides is here.
 *
 * <p>A change counts if its estimate lies beyond delta <b>and</b> its 95 % interval excludes 0
 * <b>and</b> the exact rank test is below a level after Benjamini and Hochberg over the family. For
 * the better, below 5 %, that is IMPROVED. For the worse, below 20 %, it is a suspicion, and
 * REGRESSED only if fresh runs, judged alone by the same rule at 5 % with the suspects as the
 * family, say the same. A change whose interval lies within ± delta is EQUIVALENT. All else is
 * INCONCLUSIVE.
 *
 * <p>A suspicion at 20 % in place of 5 % costs more fresh runs, and false alarms that stay far
 * below one suite-night in a hundred because two stages multiply; on simulated nights it raised the
 * power for a shift of 6 % at a CV of 3 % from 34 to 60 % (benchmarks/README.md, which also says
 * how the level was chosen).
 *
 * <p>An interval wholly beyond delta is not asked for: at a CV of 2 % six pairs would find a shift
 * of 5 % in 29 of 100 nights.
 */
public final class Gate {
    /** Of the corrected tests that decide; the intervals are its complement. */
    public static final double LEVEL = 0.05;

    /** Of the corrected tests that only ask for fresh runs. */
    public static final double SUSPICION = 0.20;

    /** With fewer runs a group nothing is decided. */
    public static final int FEWEST = 3;

    private final Deltas deltas;

    private Gate(Deltas deltas) {
        this.deltas = deltas;
    }

    /** A gate with these practical thresholds. */
    public static Gate with(Deltas deltas) {
        return new Gate(deltas);
    }

    /**
     * Judges a family of metrics of the same runs. What got worse is only suspected here.
     *
     * @return a result for each, in the same order
     */
    public List<MetricResult> judge(List<Sample> family) {
        return judge(family, SUSPICION);
    }

    private List<MetricResult> judge(List<Sample> family, double forTheWorse) {
        List<OptionalDouble> tests = family.stream().map(RankTest::p).toList();
        double[] adjusted =
                FalseDiscoveries.adjusted(
                        tests.stream()
                                .filter(OptionalDouble::isPresent)
                                .mapToDouble(OptionalDouble::getAsDouble)
                                .toArray());
        List<MetricResult> results = new ArrayList<>();
        int tested = 0;
        for (int i = 0; i < family.size(); i++) {
            boolean has = tests.get(i).isPresent();
            OptionalDouble corrected =
                    has ? OptionalDouble.of(adjusted[tested++]) : OptionalDouble.empty();
            results.add(
                    result(
                            family.get(i),
                            new Test(tests.get(i), corrected, family.size(), forTheWorse)));
        }
        return results;
    }

    /**
     * Asks fresh runs about what was suspected, once. They are judged alone.
     *
     * @param first what {@link #judge} said
     * @param fresh the metrics of the fresh runs; those that nobody suspects are not looked at
     * @return {@code first}, the suspects replaced by what the fresh runs say
     */
    public List<MetricResult> confirm(List<MetricResult> first, List<Sample> fresh) {
        List<String> suspects =
                first.stream()
                        .filter(MetricResult::suspected)
                        .map(result -> result.metric().name())
                        .toList();
        List<MetricResult> again =
                judge(
                        fresh.stream()
                                .filter(sample -> suspects.contains(sample.metric().name()))
                                .toList(),
                        LEVEL);
        return first.stream().map(result -> answered(result, again)).toList();
    }

    /** A suspect that the fresh runs did not measure stays one. */
    private static MetricResult answered(MetricResult first, List<MetricResult> again) {
        if (!first.suspected()) {
            return first;
        }
        return again.stream()
                .filter(result -> result.metric().name().equals(first.metric().name()))
                .findFirst()
                .map(r -> r.confirmedAs(r.suspected() ? ComparisonVerdict.REGRESSED : r.verdict()))
                .orElse(first);
    }

    /**
     * The rank test of a metric, how many are tested with it, the level of a change for the worse.
     */
    private record Test(OptionalDouble p, OptionalDouble adjusted, int family, double forTheWorse) {
        boolean passes(boolean worse) {
            return adjusted.isPresent() && adjusted.getAsDouble() <= (worse ? forTheWorse : LEVEL);
        }
    }

    private MetricResult result(Sample sample, Test test) {
        ChangeEstimate estimate = ChangeEstimate.of(sample);
        double delta = deltas.of(sample.metric(), estimate.baseline(), pairs(sample));
        Optional<Interval> interval = estimate.interval();
        ComparisonVerdict verdict = verdict(sample, estimate, delta, test);
        boolean suspected = verdict == ComparisonVerdict.REGRESSED;
        boolean open = verdict == ComparisonVerdict.INCONCLUSIVE;
        return new MetricResult(
                sample.metric(),
                sample.baseline().size(),
                sample.candidate().size(),
                estimate.baseline(),
                estimate.candidate(),
                estimate.change(),
                interval,
                test.p(),
                test.adjusted(),
                delta,
                suspected ? ComparisonVerdict.INCONCLUSIVE : verdict,
                suspected,
                false,
                open
                        ? MorePairs.of(estimate, delta, test.family())
                        : suspected
                                ? OptionalInt.of(Math.max(MorePairs.USUAL, sample.runs()))
                                : OptionalInt.empty(),
                suspected ? "suspected: fresh runs must confirm it" : open ? why(sample) : "");
    }

    private static ComparisonVerdict verdict(
            Sample sample, ChangeEstimate estimate, double delta, Test test) {
        Optional<Interval> interval = estimate.interval();
        if (sample.runs() < FEWEST || interval.isEmpty()) {
            return ComparisonVerdict.INCONCLUSIVE;
        }
        double change = estimate.change();
        boolean worse = sample.metric().worse(change);
        if (Math.abs(change) > delta && !interval.get().holds(0) && test.passes(worse)) {
            return worse ? ComparisonVerdict.REGRESSED : ComparisonVerdict.IMPROVED;
        }
        return interval.get().within(delta)
                ? ComparisonVerdict.EQUIVALENT
                : ComparisonVerdict.INCONCLUSIVE;
    }

    private static String why(Sample sample) {
        int runs = sample.runs();
        if (runs >= FEWEST) {
            return "too much noise for so few runs";
        }
        return runs == 1
                ? "one run against one says nothing about repeats"
                : "%d runs against %d are too few to judge"
                        .formatted(sample.baseline().size(), sample.candidate().size());
    }

    /** The harmonic mean of the sizes: what the variance of a difference of means goes by. */
    private static double pairs(Sample sample) {
        return 2 / (1.0 / sample.baseline().size() + 1.0 / sample.candidate().size());
    }
}
