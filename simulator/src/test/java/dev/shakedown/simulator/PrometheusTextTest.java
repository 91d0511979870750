package dev.shakedown.simulator;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The check checks: each broken page is refused for its own reason. */
class PrometheusTextTest {
    private static final String GOOD =
            """
            # HELP a_total A.
            # TYPE a_total counter
            a_total{x="1"} 1.0
            # HELP h H.
            # TYPE h histogram
            h_bucket{le="1.0",x="1"} 1.0
            h_bucket{le="+Inf",x="1"} 2.0
            h_count{x="1"} 2.0
            h_sum{x="1"} 3.0
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "# HELP a_total A. | # HELP b_total A. | no type and help",
                "a_total           | a                 | a counter without _total",
                "a_total{x=\"1\"} 1.0 | a_total{x=\"1\"} 1.0;a_total{x=\"1\"} 1.0 | twice",
                "h_count{x=\"1\"} 2.0 | h_count{x=\"1\"} 1.0 | +Inf is not the count",
                "le=\"1.0\",x=\"1\"} 1.0 | le=\"1.0\",x=\"1\"} 3.0 | does not ascend",
                "h_sum             | h_summ            | no type and help",
                "h_sum{x=\"1\"} 3.0   | a_total{x=\"2\"} 3.0 | not beside its family",
                "# HELP h H.       | # HELP a_total A. | twice: HELP a_total",
                "1.0               | 1,0               | For input string",
            })
    void brokenPageIsRefused(String was, String is, String reason) {
        String broken = GOOD.replace(was, is.replace(';', '\n'));

        assertThatCode(() -> PrometheusText.parse(GOOD)).doesNotThrowAnyException();
        assertThatThrownBy(() -> PrometheusText.parse(broken)).hasMessageContaining(reason);
    }
}
