package dev.shakedown.harness.scenario;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number with its unit, as scenario files write it: {@code 30s}, {@code 1.5m}, {@code 25/s}. */
final class Quantity {
    private static final Map<String, Long> NANOS =
            Map.of(
                    "ms",
                    1_000_000L,
                    "s",
                    1_000_000_000L,
                    "m",
                    60_000_000_000L,
                    "h",
                    3_600_000_000_000L);
    private static final Map<String, Integer> SECONDS_PER = Map.of("/s", 1, "/m", 60);
    private static final Pattern NUMBER_AND_UNIT =
            Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)(\\s*)([^0-9.\\s].*)?");
    private static final double HIGHEST_RATE = 1_000_000;
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final String DURATION_UNITS = "ms, s, m or h";

    private Quantity() {}

    /** What was read, or why it cannot be: exactly one of the two is there. */
    record Reading<T>(Optional<T> value, String complaint) {
        static <T> Reading<T> of(T value) {
            return new Reading<>(Optional.of(value), "");
        }

        static <T> Reading<T> wrong(String complaint) {
            return new Reading<>(Optional.empty(), complaint);
        }
    }

    /** {@code ms s m h}, not negative, at most a year. */
    static Reading<Duration> duration(String text) {
        if (text.startsWith("-")) {
            return Reading.wrong(text + " is negative; write 0s or more");
        }
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            return Reading.wrong(quoted(text) + " is not a duration; write one like 30s or 500ms");
        }
        String number = matcher.group(1);
        String unit = unit(matcher);
        if (unit.isEmpty()) {
            return Reading.wrong(number + " has no unit; write " + number + "s");
        }
        Long nanos = NANOS.get(unit);
        if (nanos == null || !matcher.group(2).isEmpty()) {
            return Reading.wrong(durationUnit(text, number, unit));
        }
        BigDecimal exact = new BigDecimal(number).multiply(BigDecimal.valueOf(nanos));
        if (exact.compareTo(new BigDecimal("3.2e16")) > 0
                || Duration.ofNanos(exact.longValue()).compareTo(LONGEST) > 0) {
            return Reading.wrong(text + " is longer than a year; write less");
        }
        return Reading.of(Duration.ofNanos(exact.setScale(0, RoundingMode.DOWN).longValue()));
    }

    /** {@code /s} or {@code /m}, above 0; requests a second. */
    static Reading<Double> rate(String text) {
        if (text.startsWith("-")) {
            return Reading.wrong(text + " is negative; write a rate above 0 like 25/s");
        }
        Matcher matcher = NUMBER_AND_UNIT.matcher(text);
        if (!matcher.matches()) {
            return Reading.wrong(quoted(text) + " is not a rate; write one like 25/s or 90/m");
        }
        String number = matcher.group(1);
        String unit = unit(matcher);
        if (unit.isEmpty()) {
            return Reading.wrong(number + " has no unit; write " + number + "/s");
        }
        Integer seconds = SECONDS_PER.get(unit);
        if (seconds == null || !matcher.group(2).isEmpty()) {
            return Reading.wrong(
                    "%s: a rate ends in /s or /m; write %s%s"
                            .formatted(quoted(text), number, unit.contains("m") ? "/m" : "/s"));
        }
        double perSecond = Double.parseDouble(number) / seconds;
        if (perSecond > HIGHEST_RATE) {
            return Reading.wrong(text + " is beyond any endpoint; write at most 1000000/s");
        }
        return perSecond > 0
                ? Reading.of(perSecond)
                : Reading.wrong(text + " sends nothing; write a rate above 0 like 25/s");
    }

    /** The shortest text that {@link #duration} reads as the same value. */
    static String text(Duration duration) {
        long nanos = duration.toNanos();
        for (String unit : List.of("h", "m", "s")) {
            long size = NANOS.getOrDefault(unit, 1L);
            if (nanos % size == 0 && (nanos > 0 || unit.equals("s"))) {
                return nanos / size + unit;
            }
        }
        return plain(BigDecimal.valueOf(nanos, 6)) + "ms";
    }

    /**
     * A text that {@link #rate} reads as the same value where there is one: {@code 1/m} has none in
     * /s.
     */
    static String text(double ratePerSecond) {
        String perSecond = nineDecimals(ratePerSecond) + "/s";
        boolean exact = rate(perSecond).value().filter(read -> read == ratePerSecond).isPresent();
        return exact ? perSecond : nineDecimals(ratePerSecond * 60) + "/m";
    }

    private static String nineDecimals(double number) {
        return plain(BigDecimal.valueOf(number).setScale(9, RoundingMode.HALF_EVEN));
    }

    static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private static String unit(Matcher matcher) {
        return Optional.ofNullable(matcher.group(3)).orElse("").strip();
    }

    private static String durationUnit(String text, String number, String unit) {
        String nearest =
                switch (unit.toLowerCase(Locale.ROOT)) {
                    case "ms", "msec", "millis", "milliseconds" -> "ms";
                    case "s", "sec", "secs", "second", "seconds" -> "s";
                    case "m", "min", "mins", "minute", "minutes" -> "m";
                    case "h", "hr", "hour", "hours" -> "h";
                    default -> "";
                };
        return nearest.isEmpty()
                ? quoted(text) + ": a duration is one number with the unit " + DURATION_UNITS
                : quoted(text) + ": write " + number + nearest;
    }

    private static String quoted(String text) {
        return "\"" + Words.shorten(text) + "\"";
    }
}
