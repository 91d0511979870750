package dev.shakedown.harness.diagnosis;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a line was written, as a text that sorts by time: month, day, time of day. vLLM writes no
 * year, Ray and NCCL do.
 */
final class LogTime {
    private static final Pattern STAMP =
            Pattern.compile(
                    "\\b(?:\\d{4}[-/])?(\\d\\d)[-/](\\d\\d)[ T](\\d\\d:\\d\\d:\\d\\d)(?:[.,](\\d{1,6}))?");

    /** A stamp stands at the beginning; numbers further on are something else. */
    private static final int WITHIN = 80;

    /** Sorts behind every time. */
    static final String UNKNOWN = "~";

    private LogTime() {}

    static Optional<String> of(String line) {
        Matcher stamp = STAMP.matcher(line.substring(0, Math.min(WITHIN, line.length())));
        if (!stamp.find()) {
            return Optional.empty();
        }
        String fraction = Optional.ofNullable(stamp.group(4)).orElse("0");
        return Optional.of(
                "%s-%s %s.%s".formatted(stamp.group(1), stamp.group(2), stamp.group(3), fraction));
    }
}
