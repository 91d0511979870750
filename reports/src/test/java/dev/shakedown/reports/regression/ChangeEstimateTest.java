package dev.shakedown.reports.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Numbers: scipy 1.17.1 ({@code stats.t}, {@code stats.ttest_ind(equal_var=False)} on logs). */
class ChangeEstimateTest {
    private static final Offset<Double> CLOSE = within(1e-7);

    @Test
    void pairsGiveStudentsIntervalOnLogRatios() {
        ChangeEstimate estimate =
                ChangeEstimate.of(Samples.pairs(Samples.TPOT, Samples.BEFORE, Samples.AFTER));

        assertThat(estimate.change()).isCloseTo(0.05059702, CLOSE);
        Interval interval = estimate.interval().orElseThrow();
        assertThat(interval.low()).isCloseTo(0.03473751, CLOSE);
        assertThat(interval.high()).isCloseTo(0.0666996, CLOSE);
        assertThat(estimate.halfWidth(6))
                .isCloseTo(Math.log1p(.0666996) - estimate.centre(), CLOSE);
    }

    @Test
    void groupsOfDifferentSizeGiveWelchsInterval() {
        ChangeEstimate estimate =
                ChangeEstimate.of(
                        Samples.groups(Samples.TPOT, Samples.BEFORE, Samples.AFTER.subList(0, 5)));

        assertThat(estimate.change()).isCloseTo(0.04703232, CLOSE);
        assertThat(estimate.freedom()).isCloseTo(8.400169536, CLOSE);
        Interval interval = estimate.interval().orElseThrow();
        assertThat(interval.low()).isCloseTo(0.03036651, CLOSE);
        assertThat(interval.high()).isCloseTo(0.0639677, CLOSE);
    }

    @Test
    void sharesAreComparedByTheirDifference() {
        ChangeEstimate estimate =
                ChangeEstimate.of(
                        Samples.pairs(
                                Samples.ERRORS,
                                List.of(0.0, .001, 0.0, 0.0, .002, 0.0),
                                List.of(.004, .006, .003, .005, .004, .007)));

        assertThat(estimate.change()).isCloseTo(0.004333333, CLOSE);
        assertThat(estimate.interval().orElseThrow().low()).isCloseTo(0.002495572, CLOSE);
    }

    @Test
    void aThroughputOfZeroStillHasARelativeChange() {
        ChangeEstimate estimate =
                ChangeEstimate.of(
                        Samples.pairs(
                                Samples.TOKENS, List.of(10.0, 11.0, 9.0), List.of(0.0, 0.0, 0.0)));

        assertThat(estimate.change()).isEqualTo(-1);
        assertThat(estimate.interval().orElseThrow().high()).isLessThan(0);
    }

    @Test
    void oneRunAgainstOneHasAChangeAndNoInterval() {
        ChangeEstimate estimate =
                ChangeEstimate.of(Samples.groups(Samples.TPOT, List.of(10.0), List.of(12.0)));

        assertThat(estimate.change()).isCloseTo(0.2, CLOSE);
        assertThat(estimate.interval()).isEmpty();
    }

    @Test
    void intervalOverSixPairsCoversTheTruthAsOftenAsItSays() {
        assertThat(coverage(truth -> truth * .95, true, 6)).isBetween(.94, .96);
    }

    @Test
    void intervalOverTwelveRunsCoversTheTruthAsOftenAsItSays() {
        assertThat(coverage(truth -> truth * 1.2, false, 6)).isBetween(.94, .965);
    }

    /** Share of 4,000 comparisons whose interval holds the true change; CV 3 % and, after, 6 %. */
    private static double coverage(Function<Double, Double> shift, boolean paired, int runs) {
        SplittableRandom random = new SplittableRandom(20261128);
        int held = 0;
        int times = 4_000;
        for (int i = 0; i < times; i++) {
            Sample sample =
                    new Sample(
                            Samples.TPOT,
                            Samples.draw(random, runs, 100, .03),
                            Samples.draw(random, runs, shift.apply(100.0), .06),
                            paired);
            Interval interval = ChangeEstimate.of(sample).interval().orElseThrow();
            held += interval.holds(shift.apply(100.0) / 100 - 1) ? 1 : 0;
        }
        return held / (double) times;
    }
}
