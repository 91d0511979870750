package dev.shakedown.reports.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Gate GATE = Gate.with(Deltas.defaults());

    @Test
    void whatGotWorseIsSuspectedUntilFreshRunsSaySoToo() {
        List<MetricResult> first = GATE.judge(List.of(slower()));

        assertThat(first.getFirst().verdict()).isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        assertThat(first.getFirst().suspected()).isTrue();
        assertThat(first.getFirst().morePairs()).hasValue(6);

        MetricResult confirmed = GATE.confirm(first, List.of(slower())).getFirst();

        assertThat(confirmed.verdict()).isEqualTo(ComparisonVerdict.REGRESSED);
        assertThat(confirmed.confirmed()).isTrue();
        assertThat(confirmed.why()).isEmpty();
    }

    @Test
    void freshRunsAreJudgedAlone() {
        List<MetricResult> first = GATE.judge(List.of(slower()));

        MetricResult answer = GATE.confirm(first, List.of(same())).getFirst();

        assertThat(answer.verdict()).isEqualTo(ComparisonVerdict.EQUIVALENT);
        assertThat(answer.suspected()).isFalse();
    }

    @Test
    void freshRunsThatDidNotMeasureTheSuspectConfirmNothing() {
        List<MetricResult> first = GATE.judge(List.of(slower()));

        assertThat(GATE.confirm(first, List.of())).isEqualTo(first);
    }

    @Test
    void fasterIsImproved() {
        Sample faster = Samples.pairs(Samples.TPOT, Samples.AFTER, Samples.BEFORE);
        Sample more = Samples.pairs(Samples.TOKENS, Samples.BEFORE, Samples.AFTER);

        assertThat(GATE.judge(List.of(faster, more)))
                .extracting(MetricResult::verdict)
                .containsOnly(ComparisonVerdict.IMPROVED);
    }

    @Test
    void aChangeBelowDeltaIsEquivalentHoweverCertain() {
        Sample small =
                Samples.pairs(
                        Samples.TPOT,
                        Samples.BEFORE,
                        Samples.BEFORE.stream().map(v -> v * 1.02).toList());

        MetricResult result = GATE.judge(List.of(small)).getFirst();

        assertThat(result.verdict()).isEqualTo(ComparisonVerdict.EQUIVALENT);
        assertThat(result.interval().orElseThrow().low()).isCloseTo(.02, within(1e-9));
    }

    @Test
    void aMillisecondOnAFastEnginePagesNobody() {
        PrimaryMetric ttft =
                new PrimaryMetric(
                        "ttft.p50",
                        "TTFT p50",
                        "ms",
                        PrimaryMetric.Better.LOWER,
                        PrimaryMetric.Scale.RELATIVE,
                        new Threshold(.05, 5));
        Sample fast =
                Samples.pairs(
                        ttft,
                        List.of(3.01, 3.0, 2.99, 3.02, 3.0, 2.98),
                        List.of(4.0, 4.01, 4.02, 3.99, 4.0, 3.98));

        MetricResult result = GATE.judge(List.of(fast)).getFirst();

        assertThat(result.verdict()).isEqualTo(ComparisonVerdict.EQUIVALENT);
        assertThat(result.delta()).isGreaterThan(1.5);
    }

    @Test
    void noiseIsInconclusiveAndSaysHowManyMorePairsItTakes() {
        Sample noisy =
                Samples.pairs(
                        Samples.TPOT,
                        List.of(100.0, 90.0, 110.0, 95.0, 105.0, 100.0),
                        List.of(95.0, 104.0, 97.0, 108.0, 93.0, 104.0));

        MetricResult result = GATE.judge(List.of(noisy)).getFirst();

        assertThat(result.verdict()).isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        assertThat(result.morePairs().orElseThrow()).isBetween(20, 194);
        assertThat(result.mayHaveRegressed()).isTrue();
    }

    @Test
    void whatIsOpenBelowTwoDeltasHoldsUpNobody() {
        Sample uneven =
                Samples.pairs(
                        Samples.TPOT,
                        Samples.BEFORE,
                        List.of(105.0, 96.5, 103.5, 101.0, 102.5, 97.5));

        MetricResult result = GATE.judge(List.of(uneven)).getFirst();

        assertThat(result.verdict()).isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        assertThat(result.interval().orElseThrow().high()).isBetween(.03, .06);
        assertThat(result.mayHaveRegressed()).isFalse();
    }

    @Test
    void theNumberOfPairsAskedForDecides() {
        SplittableRandom random = new SplittableRandom(7);
        List<Double> before = Samples.draw(random, 4, 100, .02);
        List<Double> after = Samples.draw(random, 4, 105, .02);
        MetricResult few =
                GATE.judge(List.of(Samples.pairs(Samples.TPOT, before, after))).getFirst();
        assertThat(few.verdict()).isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        int more = few.morePairs().orElseThrow();

        ChangeEstimate estimate = ChangeEstimate.of(Samples.pairs(Samples.TPOT, before, after));

        assertThat(estimate.halfWidth(4 + more)).isLessThan(Math.abs(estimate.centre()));
        assertThat(RankTest.smallest(4 + more)).isLessThan(Gate.LEVEL);
    }

    @Test
    void oneRunAgainstOneNeverHasAP() {
        MetricResult result =
                GATE.judge(List.of(Samples.groups(Samples.TPOT, List.of(10.0), List.of(20.0))))
                        .getFirst();

        assertThat(result.verdict()).isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        assertThat(result.p()).isEmpty();
        assertThat(result.adjustedP()).isEmpty();
        assertThat(result.interval()).isEmpty();
        assertThat(result.morePairs()).hasValue(5);
        assertThat(result.why()).contains("one run against one");
    }

    @Test
    void aFamilyTooLargeForThreePairsFindsNothing() {
        Sample three =
                Samples.pairs(
                        Samples.TPOT, Samples.BEFORE.subList(0, 3), Samples.AFTER.subList(0, 3));
        Sample flat =
                Samples.pairs(
                        Samples.TOKENS, List.of(10.0, 10.1, 9.9), List.of(10.02, 10.0, 10.03));

        assertThat(GATE.judge(List.of(three, flat, flat)).getFirst().suspected()).isFalse();
        assertThat(GATE.judge(List.of(three)).getFirst().suspected()).isTrue();
    }

    @Test
    void suspicionIsCheapConfirmationAndImprovementAreNot() {
        // Ranks of 4 against 4 without overlap: p = 2/70, times 2.
        Sample worse =
                Samples.pairs(
                        Samples.TPOT, Samples.BEFORE.subList(0, 4), Samples.AFTER.subList(0, 4));
        Sample better =
                Samples.pairs(
                        Samples.TPOT, Samples.AFTER.subList(0, 4), Samples.BEFORE.subList(0, 4));
        Sample flat =
                Samples.pairs(
                        Samples.TOKENS,
                        List.of(10.0, 10.1, 9.9, 10.05),
                        List.of(10.02, 10.0, 10.03, 9.98));

        List<MetricResult> first = GATE.judge(List.of(worse, flat));
        assertThat(first.getFirst().suspected()).isTrue();
        assertThat(GATE.judge(List.of(better, flat)).getFirst().verdict())
                .isEqualTo(ComparisonVerdict.INCONCLUSIVE);

        Sample three =
                Samples.pairs(
                        Samples.TPOT, Samples.BEFORE.subList(0, 3), Samples.AFTER.subList(0, 3));
        assertThat(GATE.confirm(first, List.of(three)).getFirst().verdict())
                .isEqualTo(ComparisonVerdict.INCONCLUSIVE);
        assertThat(GATE.confirm(first, List.of(worse)).getFirst().verdict())
                .isEqualTo(ComparisonVerdict.REGRESSED);
    }

    @Test
    void nightsWithoutAChangeWidenDelta() {
        List<Double> noisy = List.of(.1, -.12, .08, .2, -.15, .03, .11, -.09, .14, -.16);
        Gate learned = Gate.with(Deltas.from(Map.of("tpot.p50", noisy)));
        Gate tooFew = Gate.with(Deltas.from(Map.of("tpot.p50", noisy.subList(0, 9))));

        MetricResult result = learned.judge(List.of(slower())).getFirst();

        // Type 7 at 0.95 of 10 values: .16 + .55 × .04, over √6.
        assertThat(result.delta()).isCloseTo(.182 / Math.sqrt(6), within(1e-9));
        assertThat(result.suspected()).isFalse();
        assertThat(tooFew.judge(List.of(slower())).getFirst().delta()).isEqualTo(.03);
    }

    @Test
    void errorsThatAppearAreSuspected() {
        Sample errors =
                Samples.pairs(
                        Samples.ERRORS,
                        Collections.nCopies(6, 0.0),
                        List.of(.004, .006, .003, .005, .0045, .007));

        assertThat(GATE.judge(List.of(errors)).getFirst().suspected()).isTrue();
    }

    private static Sample slower() {
        return Samples.pairs(Samples.TPOT, Samples.BEFORE, Samples.AFTER);
    }

    private static Sample same() {
        return Samples.pairs(
                Samples.TPOT, Samples.BEFORE, List.of(101.0, 100.1, 100.2, 102.0, 99.2, 99.9));
    }
}
