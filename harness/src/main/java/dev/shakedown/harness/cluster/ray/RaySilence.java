package dev.shakedown.harness.cluster.ray;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells a Ray that has gone from one that is slow: a dashboard under load misses some requests, and
 * a single one of them may be waited for longer than a Ray may be silent.
 */
public final class RaySilence {
    private static final Duration LONGEST = Duration.ofSeconds(15);
    private static final int MISSED = 3;

    private final LongSupplier nanoTime;
    private long heardNanos;
    private int missed;

    /**
     * From now on.
     *
     * @param nanoTime monotonic, as {@link System#nanoTime}
     */
    public RaySilence(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        heard();
    }

    /** Ray has answered. */
    public void heard() {
        heardNanos = nanoTime.getAsLong();
        missed = 0;
    }

    /** Ray has not answered a request. Returns whether it is to be taken for gone. */
    public boolean missed() {
        missed++;
        return missed >= MISSED && nanoTime.getAsLong() - heardNanos > LONGEST.toNanos();
    }
}
