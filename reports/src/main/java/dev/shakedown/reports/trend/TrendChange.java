package dev.shakedown.reports.trend;

import java.util.List;
import java.util.Optional;

/**
 * A change of a metric's level.
 *
 * @param run index of the first run on the new level
 * @param runs how many there are on it
 * @param before mean, in the metric's shown unit
 * @param change relative; NaN where the old level was zero
 * @param environment what of the fingerprint changed with it, as {@code vllm 0.31 → 0.32}
 * @param accepted by whom, if somebody has
 */
public record TrendChange(
        int run,
        int runs,
        double before,
        double after,
        double change,
        double pScore,
        boolean worse,
        List<String> environment,
        Optional<Acceptance> accepted) {
    public TrendChange {
        environment = List.copyOf(environment);
    }
}
