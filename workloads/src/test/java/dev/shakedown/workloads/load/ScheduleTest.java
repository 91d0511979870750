package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptPart;
import dev.shakedown.workloads.openai.PromptWriter;
import dev.shakedown.workloads.openai.Said;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @Test
    void sameSeedDrawsTheSameScheduleAndAnotherSeedAnotherOne() {
        assertThat(times(poisson(7))).isEqualTo(times(poisson(7)));
        assertThat(times(poisson(7))).isNotEqualTo(times(poisson(8)));
    }

    @Test
    void poissonScheduleOfAKnownSeedStaysWhatItWas() {
        FireTimes times = FireTimes.poisson(100, 42);
        assertThat(IntStream.range(0, 3).mapToLong(_ -> times.nextNs()).toArray())
                .containsExactly(POISSON_42);
    }

    @Test
    void poissonGapsHaveTheMeanAndSpreadOfAnExponential() {
        long[] times = times(Schedule.draw(FireTimes.poisson(1000, 3), Duration.ofSeconds(100)));
        double mean = times[times.length - 1] / 1e9 / times.length;
        double squares = 0;
        for (int i = 1; i < times.length; i++) {
            squares += Math.pow((times[i] - times[i - 1]) / 1e9 - mean, 2);
        }
        double spread = Math.sqrt(squares / times.length);
        // 100,000 gaps: standard errors of 0.3 %.
        assertThat(mean).isBetween(0.00098, 0.00102);
        assertThat(spread / mean).isBetween(0.98, 1.02);
    }

    /** A gamma distribution of shape k has a spread of 1/sqrt(k) of its mean. */
    @ParameterizedTest
    @ValueSource(doubles = {0.25, 1, 4})
    void gammaGapsHaveTheMeanAndTheSpreadOfTheirShape(double shape) {
        long[] times =
                times(Schedule.draw(FireTimes.gamma(1000, shape, 3), Duration.ofSeconds(100)));
        double mean = times[times.length - 1] / 1e9 / times.length;
        double squares = 0;
        for (int i = 1; i < times.length; i++) {
            squares += Math.pow((times[i] - times[i - 1]) / 1e9 - mean, 2);
        }
        double spread = Math.sqrt(squares / times.length) / mean;
        assertThat(mean).isCloseTo(0.001, withinPercentage(2));
        assertThat(spread).isCloseTo(1 / Math.sqrt(shape), withinPercentage(3));
    }

    /** The integrals of the rates, by hand. */
    @Test
    void rampHasAsManyRequestsAsItsRateSaysAtEachMoment() {
        Arrivals.Ramp linear = new Arrivals.Ramp(1000, 5000, Duration.ofSeconds(20), false);
        Arrivals.Ramp exponential = new Arrivals.Ramp(1000, 5000, Duration.ofSeconds(20), true);
        Arrivals.Ramp down = new Arrivals.Ramp(5000, 1000, Duration.ofSeconds(20), false);
        assertCounts(linear, 10, 20_000);
        assertCounts(linear, 20, 60_000);
        assertCounts(linear, 30, 110_000);
        assertCounts(exponential, 20, 4000 / Math.log(5) * 20);
        assertCounts(exponential, 10, 1000 * (Math.sqrt(5) - 1) / Math.log(5) * 20);
        assertCounts(down, 10, 40_000);
        assertCounts(down, 30, 70_000);
    }

    @Test
    void stagesFollowEachOtherAndTheLastOneLasts() {
        Arrivals.Stages stages =
                new Arrivals.Stages(
                        List.of(
                                new Arrivals.Stages.Stage(1000, Duration.ofSeconds(10)),
                                new Arrivals.Stages.Stage(4000, Duration.ofSeconds(5)),
                                new Arrivals.Stages.Stage(2000, Duration.ofSeconds(1))));
        assertCounts(stages, 10, 10_000);
        assertCounts(stages, 15, 30_000);
        assertCounts(stages, 26, 52_000);
        assertThat(stages.meanRate(Duration.ofSeconds(10), Duration.ofSeconds(15)))
                .isCloseTo(4000, within(1e-6));
    }

    /** Within four standard deviations of a Poisson process. */
    private static void assertCounts(Arrivals.Open arrivals, int seconds, double expected) {
        Schedule schedule = Schedule.draw(FireTimes.of(arrivals, 7), Duration.ofSeconds(seconds));
        assertThat(arrivals.expected(seconds)).isCloseTo(expected, withinPercentage(1e-6));
        assertThat((double) schedule.size()).isCloseTo(expected, within(4 * Math.sqrt(expected)));
    }

    @Test
    void constantTimesDoNotDrift() {
        long[] times = times(Schedule.draw(FireTimes.constant(3), Duration.ofSeconds(3000)));
        assertThat(times).hasSize(9000);
        assertThat(times[8997]).isEqualTo(2_999_000_000_000L);
    }

    @Test
    void requestsFromATimeOnAreCountedWithTheirBounds() {
        Schedule schedule = Schedule.draw(FireTimes.constant(10), TEN_SECONDS);
        assertThat(schedule.countFrom(0)).isEqualTo(100);
        assertThat(schedule.countFrom(5_000_000_000L)).isEqualTo(50);
        assertThat(schedule.countFrom(5_000_000_001L)).isEqualTo(49);
    }

    @Test
    void absurdlyLongScheduleIsRefused() {
        assertThatThrownBy(() -> Schedule.draw(FireTimes.constant(1e12), Duration.ofDays(300)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lengthsFollowTheirDistribution() {
        SplittableRandom random = new SplittableRandom(5);
        TokenLengths lognormal = new TokenLengths.LogNormal(1000, 4000);
        int[] drawn =
                IntStream.range(0, 20_000)
                        .map(_ -> Lengths.draw(lognormal, 0, random))
                        .sorted()
                        .toArray();
        assertThat(drawn[10_000]).isBetween(970, 1030);
        assertThat(drawn[19_800]).isBetween(3600, 4400);
        assertThat(drawn[19_999]).isLessThanOrEqualTo(8000);
        int[] normal =
                IntStream.range(0, 20_000)
                        .map(_ -> Lengths.draw(new TokenLengths.Normal(1000, 100), 0, random))
                        .sorted()
                        .toArray();
        assertThat(normal[10_000]).isBetween(995, 1005);
        // One standard deviation above the mean is at 84.1 %.
        assertThat(normal[16_827]).isBetween(1095, 1105);
        assertThat(normal[19_999]).isLessThanOrEqualTo(1400);
        int[] uniform =
                IntStream.range(0, 2000)
                        .map(_ -> Lengths.draw(new TokenLengths.Uniform(3, 5), 0, random))
                        .toArray();
        assertThat(uniform).contains(3, 4, 5);
        assertThat(IntStream.of(uniform).allMatch(n -> n >= 3 && n <= 5)).isTrue();
    }

    @Test
    void requestIsAFunctionOfSeedAndNumber() {
        try (RequestFeed one = feed(42, OptionalInt.empty());
                RequestFeed two = feed(42, OptionalInt.empty());
                RequestFeed other = feed(43, OptionalInt.empty())) {
            assertThat(body(one, 17)).isEqualTo(body(two, 17));
            assertThat(body(one, 17)).isNotEqualTo(body(one, 18));
            assertThat(body(one, 17)).isNotEqualTo(body(other, 17));
        }
    }

    @Test
    void requestsTooLongForTheModelAreCutAndSaySo() {
        try (RequestFeed feed = feed(1, OptionalInt.of(60))) {
            RequestFeed.Written written = feed.number(0);
            assertThat(written.drawn().cut()).isTrue();
            assertThat(written.drawn().inputTokens() + written.request().maxTokens()).isEqualTo(60);
        }
    }

    private static Schedule poisson(long seed) {
        return Schedule.draw(FireTimes.poisson(20, seed), TEN_SECONDS);
    }

    private static long[] times(Schedule schedule) {
        return IntStream.range(0, schedule.size()).mapToLong(schedule::offsetNs).toArray();
    }

    private static String body(RequestFeed feed, long number) {
        return new String(feed.number(number).request().body(), StandardCharsets.UTF_8);
    }

    private static RequestFeed feed(long seed, OptionalInt max) {
        PromptWriter writer =
                new PromptWriter() {
                    @Override
                    public CompletionRequest write(
                            List<Said> history, List<PromptPart> prompt, int out) {
                        String body = prompt + " " + out;
                        return new CompletionRequest(
                                "/x", body.getBytes(StandardCharsets.UTF_8), out);
                    }

                    @Override
                    public CompletionRequest write(String prompt, int outputTokens) {
                        throw new IllegalStateException("no texts here");
                    }

                    @Override
                    public boolean exact() {
                        return true;
                    }

                    @Override
                    public int shortest() {
                        return 1;
                    }
                };
        Prompts prompts =
                new Prompts(new TokenLengths.Uniform(40, 80), new TokenLengths.Fixed(50), seed);
        return new RequestFeed(prompts, writer, max);
    }

    private static final long[] POISSON_42 = {13_531_105L, 15_273_573L, 18_539_203L};
}
