package dev.shakedown.simulator.exact;

import dev.shakedown.simulator.http.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * How durations are spread: counts in buckets of 1 us up to 1 ms, then within 0.2 %. Quantiles are
 * those of the nearest rank, given as their bucket's lower bound.
 */
final class Spread {
    private static final int UNIT_BITS = 10;
    private static final int UNITS = 1 << UNIT_BITS;
    private static final int HALF = UNITS / 2;

    /** Micros up to 2^36, 19 hours. */
    private final long[] counts = new long[HALF * 28];

    private long count;
    private long maxMicros;
    private double sumMicros;

    void record(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        counts[Math.min(counts.length - 1, bucket(micros))]++;
        count++;
        sumMicros += micros;
        maxMicros = Math.max(maxMicros, micros);
    }

    long count() {
        return count;
    }

    double millis(double quantile) {
        long rank = Math.max(1, (long) Math.ceil(quantile * count));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return lowest(i) / 1e3;
            }
        }
        return 0;
    }

    ObjectNode json() {
        return Json.object()
                .put("count", count)
                .put("mean_ms", count == 0 ? 0 : sumMicros / count / 1e3)
                .put("p50_ms", millis(.5))
                .put("p90_ms", millis(.9))
                .put("p99_ms", millis(.99))
                .put("max_ms", maxMicros / 1e3);
    }

    /** Values below {@code UNITS} are their own bucket; each doubling has half as many more. */
    private static int bucket(long micros) {
        if (micros < UNITS) {
            return (int) micros;
        }
        int shift = Long.SIZE - Long.numberOfLeadingZeros(micros) - UNIT_BITS;
        return shift * HALF + (int) (micros >> shift);
    }

    private static long lowest(int bucket) {
        if (bucket < UNITS) {
            return bucket;
        }
        int shift = bucket / HALF - 1;
        return (long) (bucket - shift * HALF) << shift;
    }
}
