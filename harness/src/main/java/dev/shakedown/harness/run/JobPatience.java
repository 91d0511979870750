package dev.shakedown.harness.run;

import java.time.Duration;

/**
 * How long a job may take, not counting the way of its files to Ray.
 *
 * @param start from its submit until it has begun with its work
 * @param work from there
 */
record JobPatience(Duration start, Duration work) {

    /** For a job that counts its own start as work. */
    static JobPatience of(Duration whole) {
        return new JobPatience(whole, whole);
    }
}
