package dev.shakedown.reports.render;

import dev.shakedown.reports.run.FabricSummary;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.LimitResult;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.SmokeSummary;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A run as JUnit XML, for CI systems: one test case a limit, one for the smoke job, one for the
 * fabric, one for validity, one for the run reaching its end. A missed limit is a failure; a run
 * that is INVALID or ABORTED is an error; what was not judged is skipped.
 */
public final class JUnitRenderer {

    private JUnitRenderer() {}

    private enum Result {
        OK(""),
        FAILURE("failure"),
        ERROR("error"),
        SKIPPED("skipped");

        private final String tag;

        Result(String tag) {
            this.tag = tag;
        }
    }

    private record Case(String name, Result result, String message) {}

    /** The whole document. */
    public static String render(RunRecord run) {
        List<Case> cases = cases(run);
        String suite =
                (run.simulated() ? SimulatedMark.of(run).name() + " " : "") + run.scenarioName();
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append(
                "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" timestamp=\"%s\">\n"
                        .formatted(
                                text(suite),
                                cases.size(),
                                count(cases, Result.FAILURE),
                                count(cases, Result.ERROR),
                                count(cases, Result.SKIPPED),
                                run.startedAt()));
        cases.forEach(one -> xml.append(element(one, suite)));
        return xml.append("</testsuite>\n").toString();
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
        if (run.verdict() == Verdict.FAILED && count(cases, Result.FAILURE) == 0) {
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

    private static String element(Case one, String suite) {
        String head =
                "  <testcase classname=\"%s\" name=\"%s\"".formatted(text(suite), text(one.name()));
        if (one.result() == Result.OK) {
            return head + "/>\n";
        }
        String message = one.message().lines().findFirst().orElse("");
        return "%s><%s message=\"%s\">%s</%s></testcase>\n"
                .formatted(
                        head,
                        one.result().tag,
                        text(message),
                        Html.escape(SafeText.text(one.message())),
                        one.result().tag);
    }

    private static String text(String raw) {
        return Html.escape(SafeText.line(raw));
    }

    private static int count(List<Case> cases, Result result) {
        return (int) cases.stream().filter(one -> one.result() == result).count();
    }
}
