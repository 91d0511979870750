package dev.shakedown.reports.regression;

import java.util.List;
import java.util.stream.Collectors;

/** From the verdicts of the metrics to one. */
final class Overall {
    private Overall() {}

    static ComparisonVerdict verdict(List<MetricResult> metrics) {
        if (any(metrics, ComparisonVerdict.REGRESSED)) {
            return ComparisonVerdict.REGRESSED;
        }
        if (metrics.isEmpty() || metrics.stream().anyMatch(MetricResult::mayHaveRegressed)) {
            return ComparisonVerdict.INCONCLUSIVE;
        }
        return any(metrics, ComparisonVerdict.IMPROVED)
                ? ComparisonVerdict.IMPROVED
                : ComparisonVerdict.EQUIVALENT;
    }

    /** The reason in words. */
    static String why(List<MetricResult> metrics, Arms arms) {
        if (metrics.isEmpty()) {
            return arms.size() == 0
                    ? "a group has no run that counts"
                    : "the runs have no primary metric in common";
        }
        String suspects = names(metrics.stream().filter(MetricResult::suspected).toList());
        return switch (verdict(metrics)) {
            case REGRESSED ->
                    names(of(metrics, ComparisonVerdict.REGRESSED))
                            + " got worse, and again on fresh runs";
            case IMPROVED ->
                    names(of(metrics, ComparisonVerdict.IMPROVED))
                            + " got better, and nothing got worse";
            case EQUIVALENT -> "nothing is suspected, and nothing got worse by two deltas or more";
            default ->
                    suspects.isEmpty()
                            ? "these runs cannot rule out that "
                                    + names(
                                            metrics.stream()
                                                    .filter(MetricResult::mayHaveRegressed)
                                                    .toList())
                                    + " got worse"
                            : suspects + " looks worse; only fresh runs can confirm it";
        };
    }

    private static boolean any(List<MetricResult> metrics, ComparisonVerdict verdict) {
        return metrics.stream().anyMatch(result -> result.verdict() == verdict);
    }

    private static List<MetricResult> of(List<MetricResult> metrics, ComparisonVerdict verdict) {
        return metrics.stream().filter(result -> result.verdict() == verdict).toList();
    }

    private static String names(List<MetricResult> metrics) {
        return metrics.stream()
                .map(result -> result.metric().label())
                .collect(Collectors.joining(", "));
    }
}
