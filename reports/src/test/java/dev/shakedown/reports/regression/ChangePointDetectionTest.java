package dev.shakedown.reports.regression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangePointDetectionTest {
    private static final ChangePointDetection USUAL = ChangePointDetection.USUAL;
    private static final double OTAVAS_P = 1.5842459017359217e-08;

    @Test
    void stepIsFoundWhereItIsWithTheMeansOfBothSides() {
        List<ChangePoint> found = USUAL.in(noisy(60, 1, i -> i < 37 ? 100 : 110));
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().index()).isEqualTo(37);
        assertThat(found.getFirst().before()).isCloseTo(100, within(1.0));
        assertThat(found.getFirst().after()).isCloseTo(110, within(1.0));
        assertThat(found.getFirst().change().orElseThrow()).isCloseTo(0.1, within(0.02));
        assertThat(found.getFirst().pScore()).isLessThan(0.001);
    }

    @Test
    void whatCameBackIsTwoChanges() {
        double[] values = noisy(90, 1, i -> i >= 40 && i < 55 ? 108 : 100);
        assertThat(indexes(USUAL, values)).containsExactly(40, 55);
    }

    @Test
    void changesInDifferentWindowsOfALongHistoryAreAllFound() {
        double[] values = noisy(500, 1, i -> 100 + 10 * (i / 100));
        assertThat(indexes(USUAL, values)).containsExactly(100, 200, 300, 400);
    }

    @Test
    void smallChangeIsLeftOutWhereALeastMagnitudeIsAsked() {
        double[] values = noisy(80, 0.1, i -> i < 30 ? 100 : i < 60 ? 100.5 : 120);
        assertThat(indexes(USUAL, values)).containsExactly(30, 60);
        ChangePointDetection from1Percent = new ChangePointDetection(50, 0.001, 0.01);
        assertThat(indexes(from1Percent, values)).containsExactly(60);
    }

    /** At this threshold 2 to 3.5 % of such series have one. */
    @Test
    void noiseHasFewChanges() {
        long withOne =
                IntStream.range(0, 200)
                        .filter(seed -> !USUAL.in(noise(seed, 50, 2)).isEmpty())
                        .count();
        assertThat(withOne).isLessThan(20);
    }

    @Test
    void sameValuesHaveNone() {
        assertThat(USUAL.in(noisy(70, 0, _ -> 42))).isEmpty();
        assertThat(USUAL.in(new double[] {})).isEmpty();
        assertThat(USUAL.in(new double[] {1})).isEmpty();
        assertThat(USUAL.in(new double[] {1, 9})).isEmpty();
    }

    @Test
    void stepWithoutNoiseIsCertain() {
        ChangePoint found = USUAL.in(noisy(20, 0, i -> i < 8 ? 0 : 5)).getFirst();
        assertThat(found.index()).isEqualTo(8);
        assertThat(found.pScore()).isZero();
        assertThat(found.change()).isEmpty();
    }

    /** What Apache Otava 0.8.0 says of the same numbers; benchmarks/change-points has many more. */
    @Test
    void pIsThatOfOtava() {
        double[] values = {10.2, 10.4, 9.9, 10.1, 10.3, 12.9, 13.1, 12.7, 13.3, 12.8};
        ChangePoint found = USUAL.in(values).getFirst();
        assertThat(found.index()).isEqualTo(5);
        assertThat(found.pScore()).isCloseTo(OTAVAS_P, within(OTAVAS_P * 1e-9));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 20})
    void splitIsTheBestOfAllByTheDefinition(int length) {
        for (int seed = 0; seed < 20; seed++) {
            double[] values = noise(seed, length, 3);
            ChangePointSplit split = ChangePointSplit.best(values, 0, length);
            double best = Double.NEGATIVE_INFINITY;
            for (int at = 1; at < length; at++) {
                for (int stop = at + 1; stop <= length; stop++) {
                    best = Math.max(best, energy(values, at, stop));
                }
            }
            assertThat(split.energy()).isCloseTo(best, within(1e-9));
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> new ChangePointDetection(1, 0.001, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ChangePointDetection(50, 0.5, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Q, written out. */
    private static double energy(double[] values, int at, int stop) {
        int n = at;
        int m = stop - at;
        double between = 0;
        for (int i = 0; i < at; i++) {
            for (int j = at; j < stop; j++) {
                between += Math.abs(values[i] - values[j]);
            }
        }
        double left = n < 2 ? 0 : 2.0 * m / (n + m) / (n - 1) * spread(values, 0, at);
        double right = m < 2 ? 0 : 2.0 * n / (n + m) / (m - 1) * spread(values, at, stop);
        return 2.0 / (n + m) * between - left - right;
    }

    private static double spread(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            for (int j = i + 1; j < to; j++) {
                sum += Math.abs(values[i] - values[j]);
            }
        }
        return sum;
    }

    private static List<Integer> indexes(ChangePointDetection detection, double[] values) {
        return detection.in(values).stream().map(ChangePoint::index).toList();
    }

    private static double[] noisy(int length, double sd, IntToDoubleFunction level) {
        Random random = new Random(7);
        return IntStream.range(0, length)
                .mapToDouble(i -> level.applyAsDouble(i) + sd * random.nextGaussian())
                .toArray();
    }

    private static double[] noise(int seed, int length, double sd) {
        Random random = new Random(seed);
        return IntStream.range(0, length)
                .mapToDouble(_ -> 100 + sd * random.nextGaussian())
                .toArray();
    }
}
