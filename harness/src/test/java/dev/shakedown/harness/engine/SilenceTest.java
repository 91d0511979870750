package dev.shakedown.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private long seconds;
    private OptionalLong memory = OptionalLong.of(100);
    private final Silence silence =
            new Silence(
                    Duration.ofMinutes(5),
                    () -> memory,
                    () -> Duration.ofSeconds(seconds).toNanos());

    @Test
    void lastsFromTheLastLineOn() {
        assertThat(after(200, 10)).isFalse();
        assertThat(after(299, 10)).isFalse();
        assertThat(after(2, 10)).isTrue();
        assertThat(silence.since(NOW)).isEqualTo(NOW.minusSeconds(301));
    }

    @Test
    void endsWithEveryLine() {
        assertThat(after(299, 10)).isFalse();
        assertThat(after(299, 11)).isFalse();
        assertThat(after(299, 11)).isFalse();
        assertThat(after(2, 11)).isTrue();
    }

    @Test
    void endsWhenMemoryOfAGpuChanges() {
        assertThat(after(100, 0)).isFalse();
        memory = OptionalLong.of(200);
        assertThat(after(100, 0)).isFalse();
        assertThat(after(250, 0)).isFalse();
        assertThat(after(51, 0)).isTrue();
        assertThat(silence.looked()).contains("GPU");
    }

    @Test
    void isJudgedByTheLogAloneWhereNoGpuCanBeRead() {
        memory = OptionalLong.empty();

        assertThat(after(301, 0)).isTrue();
        assertThat(silence.looked()).doesNotContain("GPU");
    }

    private boolean after(long more, long lines) {
        seconds += more;
        return silence.tooLong(lines);
    }
}
