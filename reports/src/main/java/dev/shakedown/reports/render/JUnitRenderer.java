package dev.shakedown.reports.render;

import dev.shakedown.reports.render.JUnitSuite.Case;
import dev.shakedown.reports.render.JUnitSuite.Result;
import dev.shakedown.reports.run.FabricSummary;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.SmokeSummary;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A run as JUnit XML, for CI systems: one test case a limit, one for the smoke job, one for the
 * fabric, one for validity, one for the run reaching its end. A missed limit is a failure; a run
 * that is INVALID or ABORTED is an error; what was not judged is skipped.
 */
public final class JUnitRenderer {

    private JUnitRenderer() {}

    /** The whole document. */
    public static String render(RunRecord run) {
        List<Case> cases = cases(run);
        String suite =
                (run.simulated() ? SimulatedMark.of(run).name() + " " : "") + run.scenarioName();
        return new JUnitSuite(suite, cases).xml(Optional.of(run.startedAt()));
    }

    private static List<Case> cases(RunRecord run) {
        List<Case> cases = new ArrayList<>();
        String reasons =
                run.reasons().stream()
                        .map(reason -> reason.code() + ": " + reason.text())
                        .collect(Collectors.joining("\n"));
        boolean aborted = run.verdict() == Verdict.ABORTED;
        cases.add(new Case("run reached its end", aborted ? Result.ERROR : Result.OK, reasons));
        boolean invalid = run.validity() == Validity.INVALID;
        if (aborted && !invalid) {
            cases.add(new Case("measurement is valid", Result.SKIPPED, "the run was aborted"));
        } else {
            cases.add(
                    new Case("measurement is valid", invalid ? Result.ERROR : Result.OK, reasons));
        }
        run.smoke().ifPresent(smoke -> cases.add(smoke(smoke)));
        run.fabric().ifPresent(fabric -> cases.add(fabric(fabric)));
        run.limits().forEach(limit -> cases.add(limit(limit)));
        if (run.verdict() == Verdict.FAILED
                && cases.stream().noneMatch(one -> one.result() == Result.FAILURE)) {
            cases.add(new Case("verdict", Result.FAILURE, firstReason(run)));
        }
        return cases;
    }

    private static Case smoke(SmokeSummary smoke) {
        boolean passed = smoke.outcome().equals("passed");
        String message = smoke.outcome() + "\n" + String.join("\n", smoke.findings());
        return new Case("smoke job", passed ? Result.OK : Result.FAILURE, message);
    }

    private static Case fabric(FabricSummary fabric) {
        Result result =
                switch (fabric.outcome()) {
                    case "passed" -> Result.OK;
                    case "TCP only" -> Result.SKIPPED;
                    default -> Result.FAILURE;
                };
        return new Case("fabric", result, fabric.text());
    }

    private static Case limit(LimitResult limit) {
        Result result =
                limit.met().map(met -> met ? Result.OK : Result.FAILURE).orElse(Result.SKIPPED);
        return new Case(
                "limit " + limit.name(),
                result,
                "measured " + limit.measured() + ", limit " + limit.limit());
    }

    private static String firstReason(RunRecord run) {
        return run.reasons().stream().map(Reason::text).findFirst().orElse("no reason recorded");
    }
}
