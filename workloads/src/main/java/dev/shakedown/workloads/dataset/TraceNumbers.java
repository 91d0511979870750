package dev.shakedown.workloads.dataset;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the times and counts of traces. */
final class TraceNumbers {
    /** The longest prompt that any trace may tell of. */
    static final int MOST_TOKENS = 10_000_000;

    /** Not negative; an exponent of two digits, for larger ones take forever. */
    private static final Pattern NUMBER =
            Pattern.compile("[0-9]{1,19}(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?");

    private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);
    private static final BigDecimal MOST_NANOS = new BigDecimal("4e18");

    /** Azure's: of 2023 with 7 decimals, of 2024 with 6 and an offset from UTC. */
    private static final DateTimeFormatter DATE_TIME =
            new DateTimeFormatterBuilder()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .appendLiteral(' ')
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .optionalStart()
                    .appendOffset("+HH:MM", "Z")
                    .optionalEnd()
                    .toFormatter();

    private TraceNumbers() {}

    /**
     * Nanoseconds.
     *
     * @param decimals places by which the unit is larger than a nanosecond
     */
    static Optional<Long> nanos(String text, int decimals) {
        if (!NUMBER.matcher(text).matches()) {
            return Optional.empty();
        }
        BigDecimal nanos = new BigDecimal(text).movePointRight(decimals);
        return nanos.compareTo(MOST_NANOS) > 0
                ? Optional.empty()
                : Optional.of(nanos.setScale(0, RoundingMode.HALF_EVEN).longValueExact());
    }

    /** Nanoseconds since 1970; all times of a file are taken to have the same offset. */
    static Optional<Long> dateTime(String text) {
        try {
            return Optional.of(
                    ChronoUnit.NANOS.between(EPOCH, LocalDateTime.parse(text, DATE_TIME)));
        } catch (DateTimeParseException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    static Optional<Integer> tokens(String text) {
        try {
            int tokens = Integer.parseInt(text);
            return tokens >= 0 && tokens <= MOST_TOKENS ? Optional.of(tokens) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
