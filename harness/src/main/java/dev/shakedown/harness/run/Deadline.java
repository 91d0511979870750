package dev.shakedown.harness.run;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A moment on a monotonic clock. */
record Deadline(LongSupplier nanoTime, long atNanos) {

    static Deadline in(Duration duration, LongSupplier nanoTime) {
        return new Deadline(nanoTime, nanoTime.getAsLong() + duration.toNanos());
    }

    boolean passed() {
        return nanoTime.getAsLong() - atNanos >= 0;
    }
}
