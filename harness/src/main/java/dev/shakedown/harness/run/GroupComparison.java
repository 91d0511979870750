package dev.shakedown.harness.run;

import dev.shakedown.reports.ReportWriter;
import dev.shakedown.reports.regression.Deltas;
import dev.shakedown.reports.regression.Regression;
import dev.shakedown.reports.render.RegressionJson;
import dev.shakedown.reports.render.RegressionReport;
import dev.shakedown.reports.render.RegressionText;
import dev.shakedown.reports.view.RegressionBuilder;
import java.nio.file.Path;
import java.util.Set;

/** Two groups of runs, compared: did it get slower? */
public final class GroupComparison {
    private final RegressionReport report;

    private GroupComparison(RegressionReport report) {
        this.report = report;
    }

    /** What a script acts on. */
    public enum Outcome {
        /** Equivalent or better. */
        PASSED,
        REGRESSED,
        /** The runs do not decide it, or may not be compared. */
        UNDECIDED
    }

    /**
     * Compares all runs of two groups.
     *
     * @param factors fields that may differ, because they are under test
     */
    public static GroupComparison of(RunGroup baseline, RunGroup candidate, Set<String> factors) {
        return new GroupComparison(
                RegressionBuilder.compare(
                        Regression.with(Deltas.defaults()).factors(factors),
                        baseline.directories(),
                        candidate.directories()));
    }

    /** For a terminal. */
    public String text(boolean colour) {
        return RegressionText.render(report, colour);
    }

    /** For scripts. */
    public String json() {
        return RegressionJson.render(report);
    }

    /** Writes the report in all formats into a folder, and returns its page. */
    public Path write(Path folder) {
        return ReportWriter.regression(report, folder);
    }

    /** What it came to. */
    public Outcome outcome() {
        return switch (report.result().verdict()) {
            case REGRESSED -> Outcome.REGRESSED;
            case IMPROVED, EQUIVALENT -> Outcome.PASSED;
            case INCONCLUSIVE, NOT_COMPARABLE -> Outcome.UNDECIDED;
        };
    }
}
