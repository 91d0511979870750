package dev.shakedown.harness.scenario;

import java.time.Duration;

/**
 * The Monte-Carlo-Pi job.
 *
 * @param samplesPerTask one task a GPU
 * @param burnSeconds how long each GPU multiplies matrices; 0 leaves it out
 * @param matrixSize rows and columns of the square matrices
 */
public record SmokeSpec(long samplesPerTask, int burnSeconds, int matrixSize, Duration timeout) {
    public SmokeSpec {
        if (samplesPerTask < 1 || burnSeconds < 0 || matrixSize < 1) {
            throw new IllegalArgumentException(
                    "monteCarloPi needs samplesPerTask >= 1, burnSeconds >= 0, matrixSize >= 1");
        }
    }

    /** The same job, but no longer than {@code longest}. */
    public SmokeSpec within(Duration longest) {
        return timeout.compareTo(longest) <= 0
                ? this
                : new SmokeSpec(samplesPerTask, burnSeconds, matrixSize, longest);
    }
}
