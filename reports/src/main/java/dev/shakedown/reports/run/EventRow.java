package dev.shakedown.reports.run;

/**
 * One line of {@code events.jsonl}.
 *
 * @param t when, as the file says it
 * @param event {@code started}, {@code succeeded}, {@code failed} or {@code skipped}
 * @param seconds since the step started; 0 where unknown
 */
public record EventRow(String t, String step, String event, String detail, double seconds) {}
