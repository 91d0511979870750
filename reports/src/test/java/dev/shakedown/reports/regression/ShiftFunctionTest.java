package dev.shakedown.reports.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ShiftFunctionTest {
    @Test
    void slowerStepsMoveEveryPercentileAlike() {
        ShiftFunction shift = shift(3_000, ms -> ms * 1.06);

        assertThat(shift.points())
                .extracting(ShiftFunction.Point::percentile)
                .containsExactly(10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 99.0);
        assertThat(shift.points())
                .filteredOn(p -> p.percentile() < 99)
                .allSatisfy(p -> assertThat(p.change()).isCloseTo(.06, within(.02)))
                .allSatisfy(p -> assertThat(p.band().orElseThrow().holds(0)).isFalse());
        assertThat(Where.of(shift, 1)).isEqualTo(new Where(Where.Part.EVERYWHERE, 0));
    }

    @Test
    void aTailThatGrowsIsFoundAboveWhereItBegins() {
        // The slowest 7 of 100 wait half as long again.
        ShiftFunction shift = shift(3_000, ms -> ms > 134 ? ms * 1.5 : ms);

        Where where = Where.of(shift, 1);

        assertThat(where).isEqualTo(new Where(Where.Part.ABOVE, 90));
        assertThat(where.text()).isEqualTo("only above p90");
    }

    @Test
    void noiseMovesNothing() {
        assertThat(Where.of(shift(3_000, ms -> ms), 1).part()).isEqualTo(Where.Part.NOWHERE);
    }

    @Test
    void percentilesBelowTheirFloorAreLeftOut() {
        assertThat(shift(100, ms -> ms).points().getLast().percentile()).isEqualTo(90);
    }

    @Test
    void theValuesShownAreThoseOfAllRunsMerged() {
        Histogram fast = histogram(new SplittableRandom(1), 1_000, ms -> ms);
        Histogram slow = histogram(new SplittableRandom(2), 1_000, ms -> 10 * ms);

        ShiftFunction.Point top =
                ShiftFunction.of("ttft", List.of(fast, slow), List.of(fast, slow), true)
                        .orElseThrow()
                        .points()
                        .getLast();

        assertThat(top.percentile()).isEqualTo(99);
        assertThat(top.baselineMs()).isGreaterThan(1_300);
        assertThat(top.change()).isZero();
    }

    @Test
    void oneRunEachHasNoBand() {
        Histogram one = histogram(new SplittableRandom(1), 1_000, ms -> ms);
        Histogram other = histogram(new SplittableRandom(1), 1_000, ms -> 2 * ms);

        ShiftFunction shift =
                ShiftFunction.of("ttft", List.of(one), List.of(other), false).orElseThrow();

        assertThat(shift.points())
                .allSatisfy(p -> assertThat(p.band()).isEmpty())
                .allSatisfy(p -> assertThat(p.change()).isCloseTo(1, within(.005)));
    }

    /** Six pairs of runs; the candidate's values are those of another draw, bent. */
    private static ShiftFunction shift(int requests, DoubleUnaryOperator bend) {
        SplittableRandom random = new SplittableRandom(20261128);
        List<Histogram> before = new ArrayList<>();
        List<Histogram> after = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            before.add(histogram(random, requests, ms -> ms));
            after.add(histogram(random, requests, bend));
        }
        return ShiftFunction.of("ttft", before, after, true).orElseThrow();
    }

    private static Histogram histogram(
            SplittableRandom random, int requests, DoubleUnaryOperator bend) {
        Histogram values = new Histogram(3);
        values.setAutoResize(true);
        for (int i = 0; i < requests; i++) {
            double ms = 100 * Math.exp(.2 * random.nextGaussian());
            values.recordValue((long) (bend.applyAsDouble(ms) * 1e6));
        }
        return values;
    }
}
