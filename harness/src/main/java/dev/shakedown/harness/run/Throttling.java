package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.gpu.GpuMetric;
import dev.shakedown.harness.run.GpuRecord.Track;
import dev.shakedown.harness.run.GpuRecord.Window;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Why a GPU's clock was lower, and for which share of the time.
 *
 * @param shares reason, in the driver's words, to share; without those that say nothing of the
 *     GPU's health: idle, and clocks that somebody has set
 */
record Throttling(Map<String, Double> shares) {
    /** Bits of NVML's {@code nvmlClocksEventReasons}. */
    private static final Map<Long, String> REASONS = new LinkedHashMap<>();

    static {
        REASONS.put(0x4L, "SW Power Cap");
        REASONS.put(0x8L, "HW Slowdown");
        REASONS.put(0x20L, "SW Thermal Slowdown");
        REASONS.put(0x40L, "HW Thermal Slowdown");
        REASONS.put(0x80L, "HW Power Brake Slowdown");
    }

    /** A GPU at work touches its power limit now and then. */
    private static final String COMMON = "SW Power Cap";

    private static final double COMMON_UP_TO = .1;

    static Throttling of(Track track, Window window) {
        long[] bits =
                track.of(GpuMetric.THROTTLE, window).mapToLong(value -> (long) value).toArray();
        Map<String, Double> shares = new LinkedHashMap<>();
        REASONS.forEach(
                (bit, reason) -> {
                    double share = share(bits, bit);
                    if (share > (reason.equals(COMMON) ? COMMON_UP_TO : 0)) {
                        shares.put(reason, share);
                    }
                });
        return new Throttling(shares);
    }

    private static double share(long[] bits, long bit) {
        long set = 0;
        for (long each : bits) {
            set += (each & bit) == 0 ? 0 : 1;
        }
        return bits.length == 0 ? 0 : (double) set / bits.length;
    }

    boolean isNone() {
        return shares.isEmpty();
    }

    /** {@code SW Thermal Slowdown 100 %}; empty if there is none. */
    String text() {
        return shares.entrySet().stream()
                .map(entry -> "%s %.0f %%".formatted(entry.getKey(), 100 * entry.getValue()))
                .collect(Collectors.joining(", "));
    }
}
