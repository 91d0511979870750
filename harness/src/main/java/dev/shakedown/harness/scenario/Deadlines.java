package dev.shakedown.harness.scenario;

import java.time.Duration;

/**
 * How long each step may take before it has failed.
 *
 * @param engineSilence how long an engine may start without a line in its log and without any
 *     change of its GPUs' memory
 */
public record Deadlines(
        Duration modelReady,
        Duration clusterUp,
        Duration smoke,
        Duration fabric,
        Duration engineUp,
        Duration engineSilence,
        Duration drain) {
    public static final Deadlines DEFAULT =
            new Deadlines(
                    Duration.ofHours(2),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(30),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(2));
}
