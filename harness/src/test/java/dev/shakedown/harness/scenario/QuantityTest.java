package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0s,0",
        "500ms,500",
        "1.5s,1500",
        "30s,30000",
        "2m,120000",
        "0.5h,1800000",
        "2h,7200000"
    })
    void durationsOfEveryUnit(String text, long millis) {
        assertThat(Quantity.duration(text).value()).contains(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @CsvSource({"25/s,25", "0.5/s,0.5", "90/m,1.5", "1/m,0.016666666666666666"})
    void ratesOfEveryUnit(String text, double perSecond) {
        assertThat(Quantity.rate(text).value()).contains(perSecond);
    }

    @ParameterizedTest
    @CsvSource({"0s", "1ms", "0.25ms", "1.5s", "90s", "1m", "60m", "36h", "8784h"})
    void writtenDurationReadsAsTheSame(String text) {
        Duration duration = Quantity.duration(text).value().orElseThrow();
        assertThat(Quantity.duration(Quantity.text(duration)).value()).contains(duration);
    }

    @ParameterizedTest
    @CsvSource({"1/m", "7/m", "25/s", "0.1/s", "1000000/s", "0.000000001/s"})
    void writtenRateReadsAsTheSame(String text) {
        double rate = Quantity.rate(text).value().orElseThrow();
        assertThat(Quantity.rate(Quantity.text(rate)).value()).contains(rate);
    }
}
