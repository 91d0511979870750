package dev.shakedown.harness.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A moment in the past: {@code 2026-11-01} (UTC), a full instant, or {@code 30d} or {@code 12h}
 * before now.
 */
final class Since implements ITypeConverter<Instant> {
    private final InstantSource clock;

    Since() {
        this(InstantSource.system());
    }

    Since(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        try {
            if (text.matches("\\d{1,5}[dh]")) {
                long amount = Long.parseLong(text.substring(0, text.length() - 1));
                Duration back =
                        text.endsWith("d") ? Duration.ofDays(amount) : Duration.ofHours(amount);
                return clock.instant().minus(back);
            }
            return text.length() == "2026-11-01".length()
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "write a day (2026-11-01), an instant (2026-11-01T12:00:00Z), or days or hours before now (30d, 12h), not "
                            + text);
        }
    }
}
