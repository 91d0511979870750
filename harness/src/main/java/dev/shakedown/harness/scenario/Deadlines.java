package dev.shakedown.harness.scenario;

import java.time.Duration;

/** How long each step may take before it has failed. */
public record Deadlines(
        Duration modelReady,
        Duration clusterUp,
        Duration smoke,
        Duration fabric,
        Duration engineUp,
        Duration drain) {
    public static final Deadlines DEFAULT =
            new Deadlines(
                    Duration.ofHours(2),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(30),
                    Duration.ofMinutes(2));
}
