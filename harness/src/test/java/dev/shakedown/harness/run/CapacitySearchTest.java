package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.shakedown.harness.scenario.LoadSeries.FindCapacity;
import dev.shakedown.reports.run.Capacity;
import dev.shakedown.reports.run.Capacity.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacitySearchTest {
    private static final double WITHIN = 0.03;
    private static final double SURE = 0.9;

    private final List<Double> rates = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(doubles = {1.01, 2, 7.3, 21.7, 63.9})
    void closesInOnAnEdgeWithoutNoise(double edge) {
        Capacity found = search(new FindCapacity(1, 64, WITHIN, SURE), rate -> rate <= edge);

        Side holds = found.holds().orElseThrow();
        Side fails = found.fails().orElseThrow();
        assertThat(holds.rate()).isLessThanOrEqualTo(edge).isGreaterThan(edge / (1 + WITHIN));
        assertThat(fails.rate()).isGreaterThan(edge).isLessThan(edge * (1 + WITHIN));
        assertThat(holds.agree()).isEqualTo(5).isEqualTo(holds.loads());
        assertThat(holds.confidence()).isBetween(SURE, 0.91);
        assertThat(rates).hasSizeLessThanOrEqualTo(21);
    }

    /** The chance of a load to meet the limits falls from one to nought over some per cent. */
    @Test
    void aNoisyEdgeIsBracketedAsOftenAsPromised() {
        double edge = 20;
        int right = 0;
        int searches = 400;
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < searches; i++) {
            rates.clear();
            Capacity found =
                    search(
                            new FindCapacity(1, 64, WITHIN, SURE),
                            rate -> {
                                double chance = 1 / (1 + Math.exp((rate / edge - 1) / 0.01));
                                return random.nextDouble() < chance;
                            });
            double holds = found.holds().orElseThrow().rate();
            double fails = found.fails().orElseThrow().rate();
            assertThat(holds).isCloseTo(edge, within(0.1 * edge));
            assertThat(fails).isCloseTo(edge, within(0.1 * edge)).isGreaterThan(holds);
            right += holds <= edge && fails >= edge ? 1 : 0;
        }
        assertThat(right / (double) searches).isGreaterThan(2 * SURE - 1);
    }

    @Test
    void aServerThatTakesAllIsKnownUpToTheHighestRateOnly() {
        Capacity found = search(new FindCapacity(3, 20, WITHIN, SURE), _ -> true);

        assertThat(found.holds().orElseThrow().rate()).isEqualTo(20);
        assertThat(found.fails()).isEmpty();
        assertThat(rates).startsWith(3.0, 6.0, 12.0, 20.0).hasSize(8);
    }

    @Test
    void aServerThatTakesNothingIsAskedUntilThatIsSure() {
        Capacity found = search(new FindCapacity(3, 20, WITHIN, SURE), _ -> false);

        assertThat(found.holds()).isEmpty();
        assertThat(found.fails().orElseThrow().agree()).isEqualTo(5);
        assertThat(rates).containsOnly(3.0).hasSize(5);
    }

    /** A coin at each rate: nothing can be known, and the search ends all the same. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void endsAlsoWhereNothingCanBeKnown(long seed) {
        SplittableRandom random = new SplittableRandom(seed);

        search(new FindCapacity(1, 64, WITHIN, SURE), _ -> random.nextBoolean());

        assertThat(rates).hasSizeLessThanOrEqualTo(CapacitySearch.MOST_LOADS);
    }

    @Test
    void firstLoadThatMissesByBadLuckIsPutRight() {
        boolean[] first = {true};
        Capacity found =
                search(
                        new FindCapacity(2, 64, WITHIN, SURE),
                        rate -> {
                            boolean unlucky = first[0];
                            first[0] = false;
                            return !unlucky && rate < 30;
                        });

        assertThat(found.holds().orElseThrow().rate()).isCloseTo(30, within(1.0));
    }

    @Test
    void evidenceIsTheIntegralOverTheBetterHalf() {
        // 2^(n+1) times the integral of p^n from 1/2 to 1 is (2^(n+1) - 1) / (n + 1).
        assertThat(CapacitySearch.evidence(5, 5)).isCloseTo(63 / 6.0, within(1e-12));
        // p (1 - p): 8 (1/2 - 1/3 - 1/8 + 1/24).
        assertThat(CapacitySearch.evidence(1, 2)).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(CapacitySearch.leastLoads(0.9)).isEqualTo(5);
        assertThat(CapacitySearch.leastLoads(0.95)).isEqualTo(7);
    }

    /** Looking after each toss and stopping at the first that convinces. */
    @Test
    void fairCoinConvincesNoMoreOftenThanPromised() {
        SplittableRandom random = new SplittableRandom(11);
        int coins = 20_000;
        int convinced = 0;
        for (int i = 0; i < coins; i++) {
            int heads = 0;
            boolean sure = false;
            for (int tosses = 1; tosses <= 100 && !sure; tosses++) {
                heads += random.nextBoolean() ? 1 : 0;
                sure = CapacitySearch.evidence(heads, tosses) * (1 - SURE) >= 1;
            }
            convinced += sure ? 1 : 0;
        }
        assertThat(convinced / (double) coins).isBetween(0.02, 1 - SURE);
    }

    private Capacity search(FindCapacity asked, DoublePredicate meets) {
        CapacitySearch search = new CapacitySearch(asked);
        for (OptionalDouble next = search.next(); next.isPresent(); next = search.next()) {
            rates.add(next.getAsDouble());
            search.ended(next.getAsDouble(), meets.test(next.getAsDouble()));
        }
        return search.answer();
    }
}
