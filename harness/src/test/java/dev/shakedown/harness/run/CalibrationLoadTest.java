package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.TokenLengths;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CalibrationLoadTest {
    @Test
    void hasTheEventsOfThePlanAndEnoughRequestsForAPercentile() {
        // 14 × 256 = 3,584 tokens/s, rounded up to 5,000: 150 requests of 34.
        assertThat(of(new Arrivals.Poisson(14), 256))
                .isEqualTo(new CalibrationLoad(150, 34, 100, Api.COMPLETIONS));
    }

    @Test
    void closedLoopHasAllOfItsUsersAtFiftyTokensASecond() {
        assertThat(of(new Arrivals.ClosedLoop(1000), 256))
                .isEqualTo(new CalibrationLoad(1000, 50, 200, Api.COMPLETIONS));
    }

    @Test
    void rampCountsByItsHighestRate() {
        Arrivals ramp = new Arrivals.Ramp(1, 400, Duration.ofSeconds(20), false);
        assertThat(of(ramp, 10)).isEqualTo(of(new Arrivals.Poisson(399), 10));
    }

    @Test
    void capInFlightBoundsWhatCanArrive() {
        // 512 streams of 50 tokens/s are 25,600, however many requests are offered.
        assertThat(of(new Arrivals.Constant(100_000), 256).tokensPerSecond())
                .isBetween(25_600, 31_000);
    }

    @Test
    void answersOfOneTokenStayThat() {
        assertThat(of(new Arrivals.Poisson(10), 1).outputTokens()).isEqualTo(1);
    }

    @Test
    void isNeverLessThanThePlanNorTwiceAsMuch() {
        for (int rate = 20; rate < 2_000; rate += 37) {
            for (int tokens = 30; tokens < 1_500; tokens += 97) {
                long planned = Math.min((long) rate * tokens, 512 * 50);
                assertThat((long) of(new Arrivals.Poisson(rate), tokens).tokensPerSecond())
                        .as("%d requests/s of %d tokens", rate, tokens)
                        .isBetween(planned, 2 * planned);
            }
        }
    }

    private static CalibrationLoad of(Arrivals arrivals, int outputTokens) {
        return CalibrationLoad.of(
                new LoadPlan(
                        arrivals,
                        new Prompts(
                                new TokenLengths.Fixed(1000),
                                new TokenLengths.Fixed(outputTokens),
                                42),
                        Api.COMPLETIONS,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        512,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30)));
    }
}
