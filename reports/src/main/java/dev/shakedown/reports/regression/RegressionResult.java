package dev.shakedown.reports.regression;

import java.util.List;

/**
 * What came of comparing two groups of runs.
 *
 * @param why the verdict in a sentence without numbers
 * @param arms the runs that count
 * @param metrics the primary metrics, in the order of a report; empty if nothing may be compared
 * @param differences of the environments, the scenarios and the load
 * @param leftOut runs that do not count
 * @param notes what else to know, each a sentence
 */
public record RegressionResult(
        ComparisonVerdict verdict,
        String why,
        Arms arms,
        List<MetricResult> metrics,
        List<FieldDifference> differences,
        List<LeftOut> leftOut,
        List<String> notes) {

    public RegressionResult {
        metrics = List.copyOf(metrics);
        differences = List.copyOf(differences);
        leftOut = List.copyOf(leftOut);
        notes = List.copyOf(notes);
    }

    /** What looks worse and waits for fresh runs. */
    public List<MetricResult> suspects() {
        return metrics.stream().filter(MetricResult::suspected).toList();
    }

    /** Those with this verdict. */
    public List<MetricResult> metrics(ComparisonVerdict of) {
        return metrics.stream().filter(result -> result.verdict() == of).toList();
    }
}
