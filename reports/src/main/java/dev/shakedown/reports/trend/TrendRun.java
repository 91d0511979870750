package dev.shakedown.reports.trend;

import java.time.Instant;
import java.util.Map;

/**
 * A run as a trend sees it.
 *
 * @param fingerprint name to value, as in run.json
 * @param values by key, as {@code ttft.p50} (ns) and {@code outputTokens/s}
 */
public record TrendRun(
        String id, Instant at, Map<String, String> fingerprint, Map<String, Double> values) {
    public TrendRun {
        fingerprint = Map.copyOf(fingerprint);
        values = Map.copyOf(values);
    }
}
