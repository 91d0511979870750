package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.Settling;
import dev.shakedown.workloads.load.TokenLengths;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    private static final Settling SETTLING = new Settling("in flight", 15, 31, 72);
    private Arrivals arrivals = new Arrivals.Poisson(14);

    @Test
    void asLongAsItWasAskedForNeedsNoWord() {
        assertThat(reasons(Loads.good().warmedUp(12_000), false)).isEmpty();
    }

    @Test
    void longerOneSaysWhatToWrite() {
        assertThat(reasons(Loads.good().warmedUp(17_400), false))
                .containsExactly(
                        new Reason(
                                "warmUp",
                                "warm-up took 17 s in place of 12 s: twice the p95 of E2E by then, so that what is measured began under full load; write load.warmUp: 18s"));
    }

    @Test
    void oneThatReachedItsBoundSaysSo() {
        assertThat(reasons(Loads.good().warmedUp(42_000), false))
                .singleElement()
                .satisfies(reason -> assertThat(reason.text()).contains("the longest it may take"));
    }

    @Test
    void tooShortOneSaysByHowMuch() {
        Loads load = Loads.good().warmedUp(12_000).settling(SETTLING);
        assertThat(reasons(load, false))
                .singleElement()
                .satisfies(
                        reason -> {
                            assertThat(reason.code()).isEqualTo("settling");
                            assertThat(reason.text())
                                    .contains(
                                            "for its first 15 s (in flight: 31.0 at first, 72.0 then)")
                                    .endsWith("write load.warmUp: 27s");
                        });
    }

    @Test
    void nothingSettlesWhereTheServerFallsBehindOrTheRateChanges() {
        Loads load = Loads.good().warmedUp(12_000).settling(SETTLING);
        assertThat(reasons(load, true)).isEmpty();
        arrivals = new Arrivals.Ramp(1, 9, Duration.ofSeconds(30), false);
        assertThat(reasons(load, false)).isEmpty();
    }

    private List<Reason> reasons(Loads load, boolean saturated) {
        LoadPlan plan =
                new LoadPlan(
                        arrivals,
                        new Prompts(new TokenLengths.Fixed(8), new TokenLengths.Fixed(8), 1),
                        Api.COMPLETIONS,
                        Duration.ofSeconds(12),
                        Duration.ofSeconds(30),
                        64,
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(9));
        return new WarmUp(plan, load.build()).reasons(saturated);
    }
}
