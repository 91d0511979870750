package dev.shakedown.simulator.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 999, 1_023, 1_024, 1_025, 200_000, 3_599_999_999L})
    void valueComesBackWithinItsBucket(long micros) {
        Spread spread = new Spread();
        spread.record(micros * 1000 + 999);

        assertThat(spread.millis(.5) * 1000)
                .isLessThanOrEqualTo(micros)
                .isCloseTo(micros, Percentage.withPercentage(.2));
    }

    @Test
    void quantilesAreThoseOfTheNearestRank() {
        Spread spread = new Spread();
        for (int i = 1; i <= 100; i++) {
            spread.record(i * 1_000L);
        }

        assertThat(spread.millis(.5)).isEqualTo(.050);
        assertThat(spread.millis(.99)).isEqualTo(.099);
        assertThat(spread.json().path("mean_ms").asDouble()).isCloseTo(.0505, within(1e-9));
        assertThat(spread.json().path("max_ms").asDouble()).isEqualTo(.1);
    }
}
