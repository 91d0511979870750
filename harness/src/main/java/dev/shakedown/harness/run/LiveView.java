package dev.shakedown.harness.run;

import dev.shakedown.workloads.load.LiveSample;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One second of load as text; so that who prints it need not know the load generator. */
public record LiveView(LiveSample sample) {
    private static final int BAR_WIDTH = 32;

    /**
     * For a terminal: what is left, what was asked for against what happens, how fast, what went
     * wrong.
     */
    public List<String> lines() {
        LiveSample s = sample;
        double all = s.elapsed().toNanos() + (double) s.remaining().toNanos();
        double fraction = all == 0 ? 1 : s.elapsed().toNanos() / all;
        return List.of(
                "     %s  %s  %s left"
                        .formatted(
                                bar(fraction, BAR_WIDTH), phase(s), Durations.text(s.remaining())),
                String.format(
                        Locale.ROOT,
                        "     offered  %8.1f/s   achieved %8.1f/s   in flight %,6d   errors %,d",
                        s.offeredPerSecond(),
                        s.achievedPerSecond(),
                        s.inFlight(),
                        s.errors()),
                String.format(
                        Locale.ROOT,
                        "     TTFT p50 %9s   p99 %11s   %,.0f output tokens/s",
                        millis(s.ttftP50()),
                        millis(s.ttftP99()),
                        s.outputTokensPerSecond()));
    }

    /** For a log. */
    public String oneLine() {
        LiveSample s = sample;
        return String.format(
                Locale.ROOT,
                "%s, %s left: offered %.1f/s, achieved %.1f/s, in flight %d, TTFT p50 %s p99 %s, %.0f output tokens/s, errors %d",
                phase(s),
                Durations.text(s.remaining()),
                s.offeredPerSecond(),
                s.achievedPerSecond(),
                s.inFlight(),
                millis(s.ttftP50()),
                millis(s.ttftP99()),
                s.outputTokensPerSecond(),
                s.errors());
    }

    /** A bar of block characters, {@code fraction} of it full. */
    public static String bar(double fraction, int width) {
        int full = (int) Math.round(Math.clamp(fraction, 0, 1) * width);
        return "█".repeat(full) + "░".repeat(width - full);
    }

    private static String millis(Optional<Duration> ttft) {
        return ttft.map(value -> Durations.millis(value.toNanos())).orElse("–");
    }

    private static String phase(LiveSample s) {
        return switch (s.phase()) {
            case "warmup" -> "warm-up";
            case "measure" -> "measuring";
            default -> "waiting for what is in flight";
        };
    }
}
