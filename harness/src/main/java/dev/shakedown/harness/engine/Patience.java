package dev.shakedown.harness.engine;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * How long one waits for an engine.
 *
 * @param deadline until it serves
 * @param silence that is normal while it starts
 * @param gpuMemory used by now, as far as it can be read: whatever changes it is at work
 */
public record Patience(Duration deadline, Duration silence, Supplier<OptionalLong> gpuMemory) {

    /** Up to a deadline, silent or not. */
    public static Patience until(Duration deadline) {
        return new Patience(deadline, deadline, OptionalLong::empty);
    }
}
