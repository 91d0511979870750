package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RaySilenceTest {
    private final AtomicLong clock = new AtomicLong();
    private final RaySilence silence = new RaySilence(clock::get);

    @Test
    void oneRequestThatIsWaitedForLongIsNotTheEnd() {
        assertThat(missedAfter(60)).isFalse();
        silence.heard();
        assertThat(missedAfter(60)).isFalse();
        assertThat(missedAfter(60)).isFalse();
        assertThat(missedAfter(60)).isTrue();
    }

    @Test
    void manyThatAreRefusedAtOnceAreNotEither() {
        for (int i = 0; i < 15; i++) {
            assertThat(missedAfter(1)).isFalse();
        }
        assertThat(missedAfter(1)).isTrue();
    }

    private boolean missedAfter(int seconds) {
        clock.addAndGet(Duration.ofSeconds(seconds).toNanos());
        return silence.missed();
    }
}
