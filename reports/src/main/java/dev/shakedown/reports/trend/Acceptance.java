package dev.shakedown.reports.trend;

import java.time.Instant;

/**
 * That somebody took the level of a scenario as it was for good.
 *
 * @param upTo when the newest accepted run began
 */
public record Acceptance(Instant upTo, Instant at, String who, String why) {}
