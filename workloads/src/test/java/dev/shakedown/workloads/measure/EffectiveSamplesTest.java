package dev.shakedown.workloads.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveSamplesTest {
    private static final int SERIES = 20;

    /** An AR(1) process has the autocorrelation time (1 + &phi;) / (1 &minus; &phi;). */
    @ParameterizedTest
    @CsvSource({"0, 5000", "0.5, 5000", "0.9, 10000", "0.98, 20000", "0.99, 100000"})
    void findsTheTimeOfAnAutoregressiveSeries(double phi, int length) {
        double mean =
                IntStream.range(0, SERIES)
                        .mapToDouble(
                                seed ->
                                        EffectiveSamples.autocorrelationTime(
                                                autoregressive(phi, length, seed)))
                        .average()
                        .orElseThrow();
        double known = (1 + phi) / (1 - phi);
        assertThat(mean).isCloseTo(known, within(0.15 * known));
    }

    @Test
    void independentValuesCountInFull() {
        Map<SampleFloor, Long> effective = EffectiveSamples.of(latencies(0, 5_000, 1));
        assertThat(effective).containsOnlyKeys(SampleFloor.values());
        assertThat(effective.values()).allSatisfy(n -> assertThat(n).isBetween(4_000L, 5_000L));
    }

    @Test
    void percentileOfCorrelatedValuesRestsOnFew() {
        Map<SampleFloor, Long> effective = EffectiveSamples.of(latencies(0.95, 20_000, 1));
        // The signs of a Gaussian AR(1) with 0.95 have the time 1 + 2 Σ 2/π asin(0.95^k) = 26.7.
        assertThat(effective.get(SampleFloor.P50)).isBetween(500L, 1_100L);
        assertThat(effective.get(SampleFloor.P99)).isBetween(500L, 4_000L);
    }

    @Test
    void oneBurstIsOneSampleOfItsTail() {
        long[] values = LongStream.range(0, 1_000).map(i -> 100 + i % 7).toArray();
        Arrays.fill(values, 400, 420, 900);
        Map<SampleFloor, Long> effective = EffectiveSamples.of(values);
        // 20 of 1,000 beyond p99 in a row: the tail was seen once.
        assertThat(effective.get(SampleFloor.P95)).isLessThan(100);
        assertThat(effective.get(SampleFloor.P99)).isLessThan(100);
        assertThat(effective.get(SampleFloor.P50)).isGreaterThan(500);
    }

    @Test
    void countsBetweenOneAndAll() {
        assertThat(EffectiveSamples.of(new long[] {}).values()).isEmpty();
        assertThat(EffectiveSamples.of(new long[] {5}).values()).containsOnly(1L);
        assertThat(EffectiveSamples.of(new long[] {5, 5, 5, 5}).values()).containsOnly(4L);
        long[] growing = LongStream.range(0, 500).toArray();
        assertThat(EffectiveSamples.of(growing).values())
                .allSatisfy(n -> assertThat(n).isBetween(1L, 20L));
    }

    private static long[] latencies(double phi, int length, int seed) {
        return Arrays.stream(autoregressive(phi, length, seed))
                .mapToLong(x -> Math.round(1e8 * Math.exp(x / 4)))
                .toArray();
    }

    private static double[] autoregressive(double phi, int length, int seed) {
        RandomGenerator random = new SplittableRandom(seed);
        double[] series = new double[length];
        double x = random.nextGaussian();
        for (int i = 0; i < length; i++) {
            x = phi * x + Math.sqrt(1 - phi * phi) * random.nextGaussian();
            series[i] = x;
        }
        return series;
    }
}
