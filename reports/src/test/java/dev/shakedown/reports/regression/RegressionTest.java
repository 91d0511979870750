package dev.shakedown.reports.regression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.regression.FieldDifference.Kind;
import dev.shakedown.reports.run.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RegressionTest {
    private static final Regression REGRESSION = Regression.with(Deltas.defaults());
    private static final Arms SLOWER = arms(Samples.BEFORE, Samples.AFTER);

    @Test
    void everyMetricThatIsJudgedHasAKnownName() {
        assertThat(REGRESSION.judge(SLOWER).metrics())
                .isNotEmpty()
                .allMatch(result -> PrimaryMetrics.names().contains(result.metric().name()));
    }

    @Test
    void sixPairsSuspectAndSixFreshOnesConfirm() {
        RegressionResult night = REGRESSION.judge(SLOWER);

        assertThat(night.verdict()).isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        assertThat(night.suspects()).hasSize(1);
        assertThat(night.why()).contains("TPOT p50 looks worse");

        RegressionResult confirmed = REGRESSION.confirm(night, SLOWER);

        assertThat(confirmed.verdict()).isEqualTo(ComparisonVerdict.REGRESSED);
        assertThat(confirmed.notes())
                .anySatisfy(note -> assertThat(note).contains("6 fresh pairs confirm it"));
    }

    @Test
    void aNightThatDoesNotComeAgainPasses() {
        RegressionResult night = REGRESSION.judge(SLOWER);

        RegressionResult answered = REGRESSION.confirm(night, arms(Samples.BEFORE, Samples.BEFORE));

        assertThat(answered.verdict()).isEqualTo(ComparisonVerdict.EQUIVALENT);
        assertThat(answered.notes().getLast()).contains("do not confirm it");
    }

    @Test
    void twelvePairsConfirmThemselvesSixDoNot() {
        Arms twelve = arms(twice(Samples.BEFORE), twice(Samples.AFTER));

        assertThat(REGRESSION.compare(SLOWER).verdict()).isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        assertThat(REGRESSION.compare(twelve).verdict()).isEqualTo(ComparisonVerdict.REGRESSED);
    }

    @Test
    void aFirstHalfThatOnlyLooksWorseIsAnsweredByTheSecond() {
        Arms recovered = arms(twice(Samples.BEFORE), joined(Samples.AFTER, Samples.BEFORE));

        assertThat(REGRESSION.compare(recovered).verdict()).isEqualTo(ComparisonVerdict.EQUIVALENT);
    }

    @Test
    void anInvalidRunTakesItsPairWithIt() {
        List<RunRecord> candidate = new ArrayList<>(SLOWER.candidate());
        candidate.set(2, NightRun.at(5, 300).invalid().record());

        RegressionResult result = REGRESSION.judge(Arms.pairs(SLOWER.baseline(), candidate));

        assertThat(result.arms().size()).isEqualTo(5);
        assertThat(result.leftOut())
                .containsExactly(
                        new LeftOut("run-005", "INVALID: the client was too busy"),
                        new LeftOut("run-004", "the other run of its pair does not count"));
    }

    @Test
    void withoutARunThatCountsNothingIsSaid() {
        List<RunRecord> invalid = List.of(NightRun.at(1, 300).invalid().record());

        RegressionResult result =
                REGRESSION.compare(Arms.of(List.of(NightRun.at(0, 300).record()), invalid));

        assertThat(result.verdict()).isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        assertThat(result.why()).isEqualTo("a group has no run that counts");
    }

    @Test
    void runsTakenInTurnArePairsOthersAreNot() {
        List<RunRecord> later =
                Stream.of(30, 31, 32, 33, 34, 35).map(m -> NightRun.at(m, 100).record()).toList();

        assertThat(Arms.of(SLOWER.baseline(), SLOWER.candidate()).paired()).isTrue();
        assertThat(Arms.of(SLOWER.candidate(), SLOWER.baseline()).paired()).isTrue();
        assertThat(Arms.of(SLOWER.baseline(), later).paired()).isFalse();
        assertThat(Arms.of(SLOWER.baseline(), later.subList(0, 5)).paired()).isFalse();
    }

    @Test
    void anotherVersionForbidsTheComparisonUnlessItIsTheFactor() {
        List<RunRecord> upgraded =
                Stream.of(1, 3, 5)
                        .map(m -> NightRun.at(m, 100).on("nccl", "2.28.1").record())
                        .toList();
        Arms arms = Arms.of(NightRun.baseline(List.of(100.0, 100.1, 99.9)), upgraded);

        RegressionResult refused = REGRESSION.judge(arms);

        assertThat(refused.verdict()).isEqualTo(ComparisonVerdict.NOT_COMPARABLE);
        assertThat(refused.metrics()).isEmpty();
        assertThat(refused.differences())
                .containsExactly(new FieldDifference("nccl", "2.27.3", "2.28.1", Kind.FORBIDS));

        RegressionResult allowed = REGRESSION.factors(Set.of("nccl")).judge(arms);

        assertThat(allowed.verdict()).isEqualTo(ComparisonVerdict.EQUIVALENT);
        assertThat(allowed.differences().getFirst().kind()).isEqualTo(Kind.UNDER_TEST);
    }

    @Test
    void pairsMayHaveASeedEach() {
        List<RunRecord> before =
                Stream.of(0, 2, 4).map(m -> NightRun.at(m, 100).seeded(m).record()).toList();
        List<RunRecord> after =
                Stream.of(1, 3, 5).map(m -> NightRun.at(m, 100).seeded(m - 1).record()).toList();
        List<RunRecord> others =
                Stream.of(1, 3, 5).map(m -> NightRun.at(m, 100).seeded(m).record()).toList();

        assertThat(REGRESSION.judge(Arms.of(before, after)).verdict())
                .isEqualTo(ComparisonVerdict.EQUIVALENT);
        assertThat(REGRESSION.judge(Arms.of(before, others)).differences())
                .containsExactly(
                        new FieldDifference(
                                "scenario.load.prompts.seed",
                                "0 | 2 | 4",
                                "1 | 3 | 5",
                                Kind.FORBIDS));
    }

    @Test
    void aFactorNamesAllBelowIt() {
        RunRecord before = NightRun.at(0, 100).record();
        RunRecord after = NightRun.at(1, 100).seeded(7).record();

        for (String factor : List.of("load", "load.prompts", "scenario.load.prompts.seed")) {
            assertThat(Differences.of(Arms.of(List.of(before), List.of(after)), Set.of(factor)))
                    .extracting(FieldDifference::kind)
                    .containsExactly(Kind.UNDER_TEST);
        }
    }

    @Test
    void noFactorMakesAVirtualClockComparableWithARealOne() {
        RunRecord wall = NightRun.at(0, 100).record();
        RunRecord virtual = NightRun.at(1, 100).on("clock", "virtual").record();

        RegressionResult result =
                REGRESSION.factors(Set.of("clock")).judge(Arms.of(List.of(wall), List.of(virtual)));

        assertThat(result.verdict()).isEqualTo(ComparisonVerdict.NOT_COMPARABLE);
        assertThat(result.differences())
                .containsExactly(new FieldDifference("clock", "wall", "virtual", Kind.NEVER));
    }

    private static Arms arms(List<Double> before, List<Double> after) {
        return Arms.of(NightRun.baseline(before), NightRun.candidate(after));
    }

    private static List<Double> twice(List<Double> values) {
        return joined(values, values);
    }

    private static List<Double> joined(List<Double> first, List<Double> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
