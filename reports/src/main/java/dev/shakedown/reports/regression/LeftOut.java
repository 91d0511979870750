package dev.shakedown.reports.regression;

/**
 * A run that does not count.
 *
 * @param run its id
 * @param reason why, in words
 */
public record LeftOut(String run, String reason) {}
