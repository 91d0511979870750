package dev.shakedown.simulator.exact;

import dev.shakedown.simulator.http.Json;
import org.HdrHistogram.Histogram;
import tools.jackson.databind.node.ObjectNode;

/**
 * How durations are spread, in microseconds, within 0.1 %. Quantiles are those of the nearest rank,
 * given as their bucket's lower bound; mean and maximum are exact.
 */
final class Spread {
    /** 19 hours. */
    private static final long MOST_MICROS = (1L << 36) - 1;

    private final Histogram micros = new Histogram(MOST_MICROS, 3);
    private long maxMicros;
    private double sumMicros;

    void record(long nanos) {
        long value = Math.max(0, nanos) / 1000;
        micros.recordValue(Math.min(MOST_MICROS, value));
        sumMicros += value;
        maxMicros = Math.max(maxMicros, value);
    }

    double millis(double quantile) {
        long value = micros.getValueAtPercentile(100 * quantile);
        return micros.lowestEquivalentValue(value) / 1e3;
    }

    ObjectNode json() {
        long count = micros.getTotalCount();
        return Json.object()
                .put("count", count)
                .put("mean_ms", count == 0 ? 0 : sumMicros / count / 1e3)
                .put("p50_ms", millis(.5))
                .put("p90_ms", millis(.9))
                .put("p99_ms", millis(.99))
                .put("max_ms", maxMicros / 1e3);
    }
}
