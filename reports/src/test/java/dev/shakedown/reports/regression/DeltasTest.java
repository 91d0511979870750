package dev.shakedown.reports.regression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DeltasTest {
    private static final PrimaryMetric INTENDED =
            new PrimaryMetric(
                    "ttft.intended.p99",
                    "TTFT p99",
                    "ms",
                    PrimaryMetric.Better.LOWER,
                    PrimaryMetric.Scale.RELATIVE,
                    new Threshold(0.10, 0));

    /** In an open loop TTFT counts from the intended moment, whoever wrote the suite. */
    @Test
    void thresholdOfTtftHoldsForTheIntendedMomentToo() {
        Deltas plain = Deltas.defaults().with(Map.of("ttft.p99", new Threshold(0.2, 0)));
        assertThat(plain.of(INTENDED, 100, 6)).isEqualTo(0.2);
        Deltas both =
                Deltas.defaults()
                        .with(
                                Map.of(
                                        "ttft.p99", new Threshold(0.2, 0),
                                        "ttft.intended.p99", new Threshold(0.3, 0)));
        assertThat(both.of(INTENDED, 100, 6)).isEqualTo(0.3);
        assertThat(Deltas.defaults().of(INTENDED, 100, 6)).isEqualTo(0.1);
    }
}
