package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** For what comes true by itself. */
public final class Await {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private Await() {}

    /** Fails after the limit. */
    public static void until(Duration limit, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
