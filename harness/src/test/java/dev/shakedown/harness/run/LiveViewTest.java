package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.load.LiveSample;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LiveViewTest {
    @Test
    void beforeTheFirstTokenItsTimeIsADashAndNotZero() {
        LiveView view = view(Optional.empty());
        assertThat(view.oneLine()).contains("TTFT p50 – p99 –").doesNotContain("0.00 ms");
        assertThat(String.join("\n", view.lines())).contains("–").doesNotContain("0.00 ms");
    }

    @Test
    void timeToFirstTokenIsShownInMilliseconds() {
        assertThat(view(Optional.of(Duration.ofMillis(210))).oneLine())
                .contains("TTFT p50 210 ms p99 210 ms");
    }

    private static LiveView view(Optional<Duration> ttft) {
        return new LiveView(
                new LiveSample(
                        "warmup",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(20),
                        25,
                        0,
                        3,
                        ttft,
                        ttft,
                        0,
                        0));
    }
}
