package dev.shakedown.reports.regression;

import dev.shakedown.reports.regression.FieldDifference.Kind;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Compares two groups of runs.
 *
 * <pre>{@code
 * Regression regression = Regression.with(Deltas.defaults()).factors(Set.of("vllm"));
 * RegressionResult night = regression.judge(Arms.pairs(baseline, candidate));
 * if (!night.suspects().isEmpty()) {
 *     night = regression.confirm(night, Arms.pairs(freshBaseline, freshCandidate));
 * }
 * }</pre>
 *
 * <p>Over all metrics: REGRESSED if one is. INCONCLUSIVE if one is suspected, or leaves room for a
 * regression of two deltas: so much the gate answers for. IMPROVED if one is. Else EQUIVALENT: a
 * metric may then still be open between one delta and two, or towards the better, and says so.
 *
 * <p>INVALID and ABORTED runs never count, nor do their pairs. SATURATED and FAILED runs do: a
 * server that no longer keeps up is what is looked for.
 */
public final class Regression {
    /** So many pairs can be split: one half is judged, the other confirms. */
    public static final int ENOUGH_TO_SPLIT = 12;

    private final Gate gate;
    private final Set<String> factors;

    private Regression(Gate gate, Set<String> factors) {
        this.gate = gate;
        this.factors = Set.copyOf(factors);
    }

    /** With these practical thresholds, and nothing that may differ. */
    public static Regression with(Deltas deltas) {
        return new Regression(Gate.with(deltas), Set.of());
    }

    /**
     * The same, where these fields are what is under test: keys of the fingerprint ({@code vllm})
     * or paths of the scenario ({@code engine.args}); a path names all below it.
     */
    public Regression factors(Set<String> names) {
        return new Regression(gate, names);
    }

    /** Judges runs. What got worse is only suspected, for nothing has confirmed it. */
    public RegressionResult judge(Arms arms) {
        Counted counted = Counted.of(arms);
        List<FieldDifference> differences = Differences.of(counted.arms, factors);
        List<String> forbidding =
                differences.stream()
                        .filter(d -> d.kind() == Kind.FORBIDS || d.kind() == Kind.NEVER)
                        .map(FieldDifference::field)
                        .toList();
        if (!forbidding.isEmpty()) {
            return new RegressionResult(
                    ComparisonVerdict.NOT_COMPARABLE,
                    "the runs differ in " + String.join(", ", forbidding),
                    counted.arms,
                    List.of(),
                    differences,
                    counted.leftOut,
                    List.of());
        }
        PrimaryMetrics.Found found =
                counted.arms.size() == 0
                        ? new PrimaryMetrics.Found(List.of(), List.of())
                        : PrimaryMetrics.of(counted.arms);
        List<MetricResult> metrics = gate.judge(found.samples());
        return new RegressionResult(
                Overall.verdict(metrics),
                Overall.why(metrics, counted.arms),
                counted.arms,
                metrics,
                differences,
                counted.leftOut,
                found.missing());
    }

    /**
     * Judges the suspects of {@code first} on fresh runs alone, once. Other metrics keep their
     * verdict. Fresh runs that are not comparable, or too few valid ones, confirm nothing.
     */
    public RegressionResult confirm(RegressionResult first, Arms fresh) {
        Counted counted = Counted.of(fresh);
        List<LeftOut> leftOut = new ArrayList<>(first.leftOut());
        leftOut.addAll(counted.leftOut);
        boolean comparable =
                Differences.of(counted.arms, factors).stream()
                        .noneMatch(d -> d.kind() == Kind.FORBIDS || d.kind() == Kind.NEVER);
        List<MetricResult> metrics =
                comparable && counted.arms.size() > 0
                        ? gate.confirm(first.metrics(), PrimaryMetrics.of(counted.arms).samples())
                        : first.metrics();
        List<String> notes = new ArrayList<>(first.notes());
        notes.add(
                comparable
                        ? confirmation(first, metrics, counted.arms)
                        : "The fresh runs differ in what is not under test, so they confirm nothing.");
        return new RegressionResult(
                Overall.verdict(metrics),
                Overall.why(metrics, first.arms()),
                first.arms(),
                metrics,
                first.differences(),
                leftOut,
                notes);
    }

    /**
     * Judges runs that are all there is. With {@value #ENOUGH_TO_SPLIT} a group or more, suspects
     * of the first half are put to the second, as {@link #confirm} does; what nobody suspects is
     * judged on all runs. With fewer, a suspicion stays one: INCONCLUSIVE.
     */
    public RegressionResult compare(Arms arms) {
        RegressionResult whole = judge(arms);
        Arms counted = whole.arms();
        if (counted.size() < ENOUGH_TO_SPLIT || whole.metrics().isEmpty()) {
            return whole;
        }
        RegressionResult first = judge(counted.firstHalf());
        if (first.suspects().isEmpty()) {
            return whole;
        }
        RegressionResult halves = confirm(first, counted.secondHalf());
        List<MetricResult> metrics =
                halves.metrics().stream()
                        .map(result -> result.confirmed() ? result : of(whole, result))
                        .toList();
        return new RegressionResult(
                Overall.verdict(metrics),
                Overall.why(metrics, counted),
                counted,
                metrics,
                whole.differences(),
                whole.leftOut(),
                halves.notes());
    }

    private static MetricResult of(RegressionResult whole, MetricResult half) {
        return whole.metrics().stream()
                .filter(result -> result.metric().name().equals(half.metric().name()))
                .findFirst()
                .orElse(half);
    }

    private static String confirmation(
            RegressionResult first, List<MetricResult> metrics, Arms fresh) {
        return first.suspects().stream()
                .map(
                        suspect ->
                                "%s was suspected; %s"
                                        .formatted(
                                                suspect.metric().label(),
                                                answer(suspect, metrics, fresh)))
                .collect(Collectors.joining(". ", "", "."));
    }

    private static String answer(MetricResult suspect, List<MetricResult> metrics, Arms fresh) {
        MetricResult now =
                metrics.stream()
                        .filter(result -> result.metric().name().equals(suspect.metric().name()))
                        .findFirst()
                        .orElse(suspect);
        if (!now.confirmed()) {
            return "no fresh run measured it";
        }
        return "%d fresh %s %s"
                .formatted(
                        fresh.size(),
                        fresh.paired() ? "pairs" : "runs a group",
                        now.verdict() == ComparisonVerdict.REGRESSED
                                ? "confirm it"
                                : "do not confirm it");
    }

    /** The runs that count, and why the others do not. */
    private record Counted(Arms arms, List<LeftOut> leftOut) {
        static Counted of(Arms arms) {
            List<LeftOut> leftOut = new ArrayList<>();
            arms.all().stream()
                    .filter(run -> !counts(run))
                    .forEach(run -> leftOut.add(new LeftOut(run.id(), reason(run))));
            if (leftOut.isEmpty()) {
                return new Counted(arms, leftOut);
            }
            return new Counted(arms.paired() ? wholePairs(arms, leftOut) : singles(arms), leftOut);
        }

        private static Arms singles(Arms arms) {
            return new Arms(
                    arms.baseline().stream().filter(Counted::counts).toList(),
                    arms.candidate().stream().filter(Counted::counts).toList(),
                    false);
        }

        private static Arms wholePairs(Arms arms, List<LeftOut> leftOut) {
            int[] whole =
                    IntStream.range(0, arms.size())
                            .filter(
                                    i ->
                                            counts(arms.baseline().get(i))
                                                    && counts(arms.candidate().get(i)))
                            .toArray();
            for (int i = 0; i < arms.size(); i++) {
                RunRecord a = arms.baseline().get(i);
                RunRecord b = arms.candidate().get(i);
                if (counts(a) != counts(b)) {
                    String run = (counts(a) ? a : b).id();
                    leftOut.add(new LeftOut(run, "the other run of its pair does not count"));
                }
            }
            return new Arms(
                    IntStream.of(whole).mapToObj(arms.baseline()::get).toList(),
                    IntStream.of(whole).mapToObj(arms.candidate()::get).toList(),
                    true);
        }

        private static boolean counts(RunRecord run) {
            return run.validity() == Validity.VALID && run.verdict() != Verdict.ABORTED;
        }

        private static String reason(RunRecord run) {
            String why = run.reasons().stream().map(Reason::text).findFirst().orElse("");
            String what = run.verdict() == Verdict.ABORTED ? "ABORTED" : "INVALID";
            return why.isEmpty() ? what : what + ": " + why;
        }
    }
}
