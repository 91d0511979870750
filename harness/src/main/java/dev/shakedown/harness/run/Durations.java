package dev.shakedown.harness.run;

import java.time.Duration;
import java.util.Locale;

/** Durations as people write them: {@code 350 ms}, {@code 14 s}, {@code 2 min 5 s}. */
public final class Durations {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MILLIS_PER_SECOND = 1_000;
    private static final int TEN_SECONDS = 10_000;
    private static final int SECONDS_PER_MINUTE = 60;
    private static final int TWO_MINUTES = 120;

    private Durations() {}

    /** Two or three significant figures, enough for a line of progress. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis < MILLIS_PER_SECOND) {
            return millis + " ms";
        }
        if (millis < TEN_SECONDS) {
            return String.format(Locale.ROOT, "%.1f s", millis / (double) MILLIS_PER_SECOND);
        }
        long seconds = Math.round(millis / (double) MILLIS_PER_SECOND);
        if (seconds < TWO_MINUTES) {
            return seconds + " s";
        }
        long rest = seconds % SECONDS_PER_MINUTE;
        return seconds / SECONDS_PER_MINUTE + " min" + (rest == 0 ? "" : " " + rest + " s");
    }

    /** Milliseconds with the digits that matter. */
    public static String millis(long nanos) {
        double millis = nanos / (double) NANOS_PER_MILLI;
        int digits = millis < 10 ? 2 : millis < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + digits + "f ms", millis);
    }
}
