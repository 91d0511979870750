package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SettlingTest {
    private static final int SERIES = 200;

    @Test
    void stepIsCutOffExactly() {
        double[] values =
                IntStream.range(0, 12).mapToDouble(i -> i < 3 ? 40 : 100 + i % 2).toArray();
        assertThat(Settling.truncation(values)).isEqualTo(3);
    }

    @Test
    void filledServerIsRecognisedAndHowLongItTook() {
        int found = 0;
        for (int seed = 0; seed < SERIES; seed++) {
            RandomGenerator random = new SplittableRandom(seed);
            double[] swing = swinging(random, 60);
            Optional<Settling> settling = settling(i -> 100 * (1 - Math.exp(-i / 5.0)) + swing[i]);
            found += settling.isPresent() ? 1 : 0;
            settling.ifPresent(
                    one -> {
                        assertThat(one.seconds()).isBetween(5, 30);
                        assertThat(one.before()).isLessThan(one.after());
                    });
        }
        assertThat(found).isGreaterThan(SERIES * 4 / 5);
    }

    /** What is in flight swings by its root, and slowly: it stays for a request's whole time. */
    @Test
    void loadThatSwingsHasNotToSettle() {
        int found = 0;
        for (int seed = 0; seed < SERIES; seed++) {
            double[] swing = swinging(new SplittableRandom(seed), 60);
            found += settling(i -> 100 + swing[i]).isPresent() ? 1 : 0;
        }
        assertThat(found).isLessThan(SERIES / 20);
    }

    @Test
    void shortOrEvenPhaseSaysNothing() {
        assertThat(settling(_ -> 7)).isEmpty();
        assertThat(Settling.of(List.of(series("in flight", 19, i -> i < 5 ? 1 : 100)))).isEmpty();
        assertThat(Settling.of(List.of())).isEmpty();
    }

    @Test
    void longestOfSeveralCounts() {
        assertThat(
                        Settling.of(
                                List.of(
                                        series("in flight", 60, i -> i < 5 ? 1 : 100),
                                        series("TPOT", 60, i -> i < 15 ? 1 : 100))))
                .contains(new Settling("TPOT", 15, 1, 100));
    }

    private static Optional<Settling> settling(IntToDoubleFunction second) {
        return Settling.of(List.of(series("in flight", 60, second)));
    }

    private static Settling.Series series(String what, int seconds, IntToDoubleFunction second) {
        return new Settling.Series(
                what, IntStream.range(0, seconds).mapToDouble(second).boxed().toList());
    }

    /** As around 100 requests in flight that take 7 s each. */
    private static double[] swinging(RandomGenerator random, int seconds) {
        double keeps = Math.exp(-1 / 7.0);
        double[] swing = new double[seconds];
        double at = 10 * random.nextGaussian();
        for (int i = 0; i < seconds; i++) {
            at = keeps * at + 10 * Math.sqrt(1 - keeps * keeps) * random.nextGaussian();
            swing[i] = at;
        }
        return swing;
    }
}
