package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TypicalSeedsTest {
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(60);

    @Test
    void offerAboutWhatTheRateSaysAndAreAllDifferent() {
        TypicalSeeds seeds = new TypicalSeeds(plan(new Arrivals.Poisson(12)), 0.0075);

        List<Long> drawn = Stream.generate(seeds::next).limit(20).toList();

        assertThat(drawn).doesNotHaveDuplicates();
        assertThat(drawn)
                .allSatisfy(
                        seed ->
                                assertThat(measured(new Arrivals.Poisson(12), seed))
                                        .isBetween(715, 725));
    }

    @Test
    void areAFunctionOfThePlan() {
        LoadPlan plan = plan(new Arrivals.Poisson(3));
        assertThat(new TypicalSeeds(plan, 0.01).next())
                .isEqualTo(new TypicalSeeds(plan, 0.01).next());
    }

    /** Half a request off is the best that 0.7 expected ones allow. */
    @Test
    void aHandfulOfRequestsIsTakenAsNearAsItGoes() {
        Arrivals.Poisson slow = new Arrivals.Poisson(0.7 / 60);
        assertThat(measured(slow, new TypicalSeeds(plan(slow), 0.001).next())).isEqualTo(1);
    }

    @Test
    void usersHaveNoSchedule() {
        LoadPlan plan = plan(new Arrivals.ClosedLoop(3));
        assertThatThrownBy(() -> new TypicalSeeds(plan, 0.01))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static int measured(Arrivals.Open arrivals, long seed) {
        return Schedule.draw(FireTimes.of(arrivals, seed), WARM_UP.plus(MEASURED))
                .countFrom(WARM_UP.toNanos());
    }

    private static LoadPlan plan(Arrivals arrivals) {
        TokenLengths one = new TokenLengths.Fixed(1);
        return new LoadPlan(
                arrivals,
                new Prompts(one, one, 42),
                Api.COMPLETIONS,
                WARM_UP,
                MEASURED,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1));
    }
}
