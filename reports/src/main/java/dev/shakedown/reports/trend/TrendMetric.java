package dev.shakedown.reports.trend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A figure that is followed, by its key in the index of runs.
 *
 * @param unit of what is shown; empty where the key says it
 * @param perUnit how much of the stored unit it is
 */
public record TrendMetric(String key, String unit, double perUnit) {
    private static final double NANOS_PER_MS = 1e6;

    /** What gets better as it grows; everything else is a time, or a share of what went wrong. */
    private static final Set<String> BETTER_HIGH =
            Set.of(
                    "capacity.requests/s",
                    "requests/s",
                    "outputTokens/s",
                    "inputTokens/s",
                    "wall.requests/s",
                    "wall.outputTokens/s",
                    "goodput",
                    "goodput/s",
                    "prefixCache.hitRatio");

    /** Of each line the first that the runs have is followed. */
    private static final List<List<String>> PRIMARY =
            List.of(
                    List.of("capacity.requests/s"),
                    List.of("outputTokens/s"),
                    List.of("goodput/s", "requests/s"),
                    List.of("ttft.intended.p50", "ttft.p50"),
                    List.of(
                            "ttft.intended.p99",
                            "ttft.p99",
                            "ttft.intended.p95",
                            "ttft.p95",
                            "ttft.intended.p90",
                            "ttft.p90"),
                    List.of("tpot.p50"),
                    List.of("icl.p99", "icl.p95", "icl.p90"),
                    List.of("errorRatio"),
                    List.of("startUp.engine.s"));

    private static final String LATENCY =
            "(ttft|tpot|icl|e2e|sendDelay)(\\.intended)?\\.(p.+|mean)";

    /** The metric of this key; whether any run has it shows later. */
    public static TrendMetric of(String key) {
        return key.matches(LATENCY)
                ? new TrendMetric(key, "ms", NANOS_PER_MS)
                : new TrendMetric(key, "", 1);
    }

    /** Those that say how a scenario does, as far as its runs have them. */
    static List<TrendMetric> primary(List<TrendRun> runs) {
        List<TrendMetric> metrics = new ArrayList<>();
        for (List<String> keys : PRIMARY) {
            first(keys, runs).map(TrendMetric::of).ifPresent(metrics::add);
        }
        return metrics;
    }

    private static Optional<String> first(List<String> keys, List<TrendRun> runs) {
        return keys.stream()
                .filter(key -> runs.stream().anyMatch(run -> run.values().containsKey(key)))
                .findFirst();
    }

    /** With its unit. */
    public String title() {
        return unit.isEmpty() ? key : key + ", " + unit;
    }

    boolean worse(double before, double after) {
        return BETTER_HIGH.contains(key) ? after < before : after > before;
    }

    /** What is not there is NaN. */
    double shown(TrendRun run) {
        return run.values().getOrDefault(key, Double.NaN) / perUnit;
    }
}
