package dev.shakedown.harness.nightly;

import dev.shakedown.harness.nightly.Slot.Arm;
import dev.shakedown.harness.nightly.Slot.Stage;
import dev.shakedown.harness.run.CanaryAnswers;
import dev.shakedown.harness.run.RunOutcome.Grade;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.Suite;
import dev.shakedown.reports.regression.Arms;
import dev.shakedown.reports.regression.ComparisonVerdict;
import dev.shakedown.reports.regression.Regression;
import dev.shakedown.reports.regression.RegressionResult;
import dev.shakedown.reports.render.RegressionReport;
import dev.shakedown.reports.render.SuiteReport;
import dev.shakedown.reports.render.SuiteVerdict;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.view.RegressionBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One scenario of a night, from the first start of its engines to a verdict. */
final class ScenarioNight {
    private final Suite suite;
    private final Suite.Compared compared;
    private final Journal journal;
    private final Gathering runs;
    private final Regression gate;
    private final List<String> notes = new ArrayList<>();
    private Optional<RegressionResult> comparison = Optional.empty();

    ScenarioNight(
            Suite suite,
            Suite.Compared compared,
            Journal journal,
            Samples samples,
            Regression gate) {
        this.suite = suite;
        this.compared = compared;
        this.journal = journal;
        this.runs = new Gathering(suite, compared, samples);
        this.gate = gate;
    }

    String name() {
        return compared.name();
    }

    /** Fills caches, asks the canary's prompts, and measures the baseline against itself. */
    void prepare(int control) {
        boolean warms = !scenario().virtualClock();
        if (warms && !runs.gather(Slot.warm(name()))) {
            return;
        }
        boolean _ = runs.gather(Slot.control(name(), 1, control));
    }

    /** The comparison, and what it suspects once more. */
    void compare(NightPlan plan) {
        int pairs = plan.pairs(name());
        plan.why(name()).ifPresent(notes::add);
        if (pairs == 0
                || !comparable()
                || !runs.gather(Slot.pairs(name(), Stage.PAIRS, 1, pairs))) {
            return;
        }
        RegressionResult first = gate.judge(runs.arms(Stage.PAIRS));
        comparison = Optional.of(first);
        if (first.suspects().isEmpty() || !suite.confirm()) {
            return;
        }
        List<Slot> fresh = Slot.pairs(name(), Stage.CONFIRM, 1, pairs);
        boolean begun = !journal.state().tries(fresh.getFirst()).isEmpty();
        if (!begun && !plan.affords(fresh.size() * seconds())) {
            notes.add("The budget has no room for fresh pairs: what looks worse is not confirmed.");
            return;
        }
        if (runs.gather(fresh)) {
            comparison = Optional.of(gate.confirm(first, runs.arms(Stage.CONFIRM)));
        }
    }

    /** The first pair shows it; more of what may not be compared would be wasted. */
    private boolean comparable() {
        if (!runs.gather(Slot.pairs(name(), Stage.PAIRS, 1, 1))) {
            return false;
        }
        comparison =
                Optional.of(gate.judge(runs.arms(Stage.PAIRS)))
                        .filter(one -> one.verdict() == ComparisonVerdict.NOT_COMPARABLE);
        return comparison.isEmpty();
    }

    /** What a plan can be made from, once {@link #prepare} is done. */
    NightPlan.Known known(Map<String, List<Double>> earlier) {
        Map<String, List<Double>> changes = new TreeMap<>(control());
        earlier.forEach(
                (metric, seen) ->
                        changes.merge(
                                metric,
                                seen,
                                (a, b) -> Stream.concat(a.stream(), b.stream()).toList()));
        // Its deltas are not widened by one pair's noise: they are what the pairs are to show.
        Regression matters = NightGate.of(suite, ControlHistory.unwidened(suite.deltas()));
        List<NightPlan.Noise> noise =
                matters.judge(runs.arms(Stage.CONTROL)).metrics().stream()
                        .filter(metric -> changes.containsKey(metric.metric().name()))
                        .map(
                                metric ->
                                        new NightPlan.Noise(
                                                metric.metric().name(),
                                                Power.of(
                                                        changes.getOrDefault(
                                                                metric.metric().name(), List.of())),
                                                metric.delta()))
                        .toList();
        return new NightPlan.Known(
                name(),
                seconds(),
                scenario().virtualClock() ? 0 : scenario().cluster().gpus(),
                noise);
    }

    /** Of the last control start, which found the nodes up and the caches warm. */
    private double seconds() {
        return journal.state().tries(Slot.control(name(), 1, 1).getLast()).stream()
                .mapToDouble(NightState.Try::seconds)
                .max()
                .orElse(0);
    }

    /** The run that ended it early. */
    Optional<Sampled.Broken> broken() {
        return runs.broken();
    }

    /** Metric to its changes between the two runs of each control pair, where both count. */
    Map<String, List<Double>> control() {
        Arms arms = runs.arms(Stage.CONTROL);
        Map<String, List<Double>> changes = new TreeMap<>();
        for (int i = 0; i < arms.size(); i++) {
            Arms pair =
                    Arms.pairs(List.of(arms.baseline().get(i)), List.of(arms.candidate().get(i)));
            gate.judge(pair).metrics().stream()
                    .filter(metric -> Double.isFinite(metric.change()))
                    .forEach(
                            metric ->
                                    changes.computeIfAbsent(
                                                    metric.metric().name(), _ -> new ArrayList<>())
                                            .add(metric.change()));
        }
        return changes;
    }

    SuiteReport.Part part() {
        Optional<SuiteReport.Canary> canary = canary();
        if (suite.canary() && scenario().virtualClock()) {
            notes.add("No answers were held together: nothing answers on a virtual clock.");
        }
        return new SuiteReport.Part(
                name(),
                scenario().question(),
                verdict(canary),
                why(canary),
                comparison.filter(one -> one.arms().size() > 0).map(this::report),
                control(),
                canary,
                runs.runs(),
                notes);
    }

    private RegressionReport report(RegressionResult result) {
        return RegressionBuilder.of(
                result,
                result.arms().all().stream().map(run -> journal.directory(run.id())).toList());
    }

    private SuiteVerdict verdict(Optional<SuiteReport.Canary> canary) {
        if (broken().isPresent()) {
            // A client that cannot make the load says nothing against the cluster.
            return broken().get().grade() == Grade.NOT_TRUSTED
                    ? SuiteVerdict.INCONCLUSIVE
                    : SuiteVerdict.ABORTED;
        }
        if (canary.filter(SuiteReport.Canary::differs).isPresent()) {
            return SuiteVerdict.FAILED;
        }
        return comparison
                .map(result -> SuiteVerdict.of(result.verdict()))
                .orElse(SuiteVerdict.INCONCLUSIVE);
    }

    private String why(Optional<SuiteReport.Canary> canary) {
        if (broken().isPresent()) {
            RunRecord run = broken().get().run();
            return "run %s broke off: %s".formatted(run.id(), Samples.reason(run));
        }
        return verdict(canary) == SuiteVerdict.FAILED
                ? "the candidate says something else: " + canary.orElseThrow().text()
                : comparison.map(RegressionResult::why).orElse("nothing was compared");
    }

    private Optional<SuiteReport.Canary> canary() {
        Optional<CanaryAnswers> baseline = answers(Arm.BASELINE);
        Optional<CanaryAnswers> candidate = answers(Arm.CANDIDATE);
        return baseline.isPresent() && candidate.isPresent()
                ? Optional.of(Canary.compare(baseline.get(), candidate.get()))
                : Optional.empty();
    }

    private Optional<CanaryAnswers> answers(Arm arm) {
        return runs.warm(arm).flatMap(run -> CanaryAnswers.read(journal.directory(run.id())));
    }

    private Scenario scenario() {
        return compared.baseline();
    }
}
