package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.kuberay.Stall.Hope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StallWatchTest {
    private final AtomicLong now = new AtomicLong();
    private final StallWatch watch = new StallWatch(Progress.SILENT, now::get);

    @Test
    void whatCannotHealEndsTheStepAfterAMoment() {
        Stall stall = stall(Hope.NONE);

        assertThat(watch.look(List.of(stall))).isEmpty();
        pass(4);
        assertThat(watch.look(List.of(stall))).isEmpty();
        pass(2);
        assertThat(watch.look(List.of(stall))).contains(stall);
    }

    @Test
    void whatCanHealLastsAndIsRemembered() {
        Stall stall = stall(Hope.SOME);
        for (int i = 0; i < 60; i++) {
            assertThat(watch.look(List.of(stall))).isEmpty();
            pass(1);
        }
        assertThat(watch.longest()).contains(stall);
    }

    @Test
    void podThatFailsAgainAndAgainIsOneStall() {
        Stall stall = stall(Hope.NONE);
        watch.look(List.of(stall));
        pass(3);
        assertThat(watch.look(List.of())).isEmpty();
        pass(3);
        assertThat(watch.look(List.of(stall))).contains(stall);
    }

    @Test
    void whatHasPassedIsForgotten() {
        Stall stall = stall(Hope.NONE);
        watch.look(List.of(stall));
        pass(11);
        watch.look(List.of());
        assertThat(watch.look(List.of(stall))).isEmpty();
    }

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private static Stall stall(Hope hope) {
        return new Stall("x", "worker", List.of(), "y", hope);
    }
}
