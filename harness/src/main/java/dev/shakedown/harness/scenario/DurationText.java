package dev.shakedown.harness.scenario;

import java.time.Duration;

/** A duration on the command line, in the spelling of scenario files. */
public final class DurationText {
    private DurationText() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException with a complaint that says what to write
     */
    public static Duration parse(String text) {
        Quantity.Reading<Duration> reading = Quantity.duration(text);
        return reading.value().orElseThrow(() -> new IllegalArgumentException(reading.complaint()));
    }
}
