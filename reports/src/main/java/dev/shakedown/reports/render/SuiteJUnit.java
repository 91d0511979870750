package dev.shakedown.reports.render;

import dev.shakedown.reports.regression.MetricResult;
import dev.shakedown.reports.render.JUnitSuite.Case;
import dev.shakedown.reports.render.JUnitSuite.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A night as JUnit XML: for each scenario a test case a metric, one for the answers and one for the
 * scenario as a whole. A regression, and other answers, are failures; a run that broke off and runs
 * that may not be compared are errors; what stays open is skipped.
 */
public final class SuiteJUnit {
    private SuiteJUnit() {}

    /** The whole document. */
    public static String render(SuiteReport night) {
        String mark = night.simulated().map(one -> one.name() + " ").orElse("");
        return new JUnitSuite(
                        mark + "nightly " + night.suite(),
                        night.parts().stream().flatMap(part -> cases(part).stream()).toList())
                .xml(Optional.of(night.startedAt()));
    }

    private static List<Case> cases(SuiteReport.Part part) {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case(part.scenario(), whole(part), part.sentence()));
        part.comparison()
                .ifPresent(
                        report ->
                                report.result()
                                        .metrics()
                                        .forEach(
                                                metric ->
                                                        cases.add(
                                                                metric(part.scenario(), metric))));
        part.canary()
                .ifPresent(
                        canary ->
                                cases.add(
                                        new Case(
                                                part.scenario() + " answers",
                                                canary.differs() ? Result.FAILURE : Result.OK,
                                                canary.text())));
        return cases;
    }

    private static Result whole(SuiteReport.Part part) {
        return switch (part.verdict()) {
            case ABORTED, NOT_COMPARABLE -> Result.ERROR;
            case FAILED, REGRESSED -> Result.FAILURE;
            case INCONCLUSIVE -> Result.SKIPPED;
            case IMPROVED, EQUIVALENT -> Result.OK;
        };
    }

    private static Case metric(String scenario, MetricResult metric) {
        Result result =
                switch (metric.verdict()) {
                    case REGRESSED -> Result.FAILURE;
                    case IMPROVED, EQUIVALENT -> Result.OK;
                    case INCONCLUSIVE, NOT_COMPARABLE ->
                            metric.mayHaveRegressed() ? Result.SKIPPED : Result.OK;
                };
        return new Case(
                scenario + " " + metric.metric().name(),
                result,
                "%s: %s".formatted(Changes.both(metric), metric.verdict()));
    }
}
