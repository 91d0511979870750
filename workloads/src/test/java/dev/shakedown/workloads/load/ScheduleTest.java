package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.workloads.openai.CompletionRequest;
import dev.shakedown.workloads.openai.PromptWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
                        .map(_ -> Lengths.draw(lognormal, random))
                        .sorted()
                        .toArray();
        assertThat(drawn[10_000]).isBetween(970, 1030);
        assertThat(drawn[19_800]).isBetween(3600, 4400);
        assertThat(drawn[19_999]).isLessThanOrEqualTo(8000);
        int[] uniform =
                IntStream.range(0, 2000)
                        .map(_ -> Lengths.draw(new TokenLengths.Uniform(3, 5), random))
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
                    public CompletionRequest write(int in, int out, RandomGenerator random) {
                        String body = in + " " + out + " " + random.nextLong();
                        return new CompletionRequest(
                                "/x", body.getBytes(StandardCharsets.UTF_8), out);
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
