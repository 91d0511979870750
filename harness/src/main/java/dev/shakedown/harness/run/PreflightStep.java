package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.StepFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at everything that is there before anything starts; one failed check stops the run, naming
 * all of them.
 *
 * @param packs whether a node of the cluster needs the load generator, which is made here
 */
record PreflightStep(Function<RunContext, List<Check>> look, boolean packs) implements Step {
    private static final Duration DEADLINE = Duration.ofMinutes(1);
    private static final Duration PACKING = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "Preflight";
    }

    @Override
    public Duration deadline(RunContext run) {
        return packs ? DEADLINE.plus(PACKING) : DEADLINE;
    }

    @Override
    public Result execute(RunContext run) {
        List<Check> checks = new ArrayList<>(look.apply(run));
        if (packs) {
            checks.add(LoadPackage.ofThisBuild().check());
        }
        checks.forEach(check -> run.events().checked(name(), check));
        List<Check> failed = having(checks, Check.Verdict.FAILED);
        if (!failed.isEmpty()) {
            throw new StepFailedException(
                    failed.size() == 1
                            ? failed.getFirst().detail()
                            : failed.size() + " checks failed",
                    "",
                    failed.stream().map(check -> check.name() + ": " + check.detail()).toList(),
                    Stream.concat(
                                    failed.stream()
                                            .map(Check::next)
                                            .filter(next -> !next.isEmpty()),
                                    OwnRuns.inTheWay().stream())
                            .distinct()
                            .collect(Collectors.joining("; ")));
        }
        having(checks, Check.Verdict.WARN)
                .forEach(check -> run.note(check.name() + ": " + check.detail()));
        having(checks, Check.Verdict.SKIPPED)
                .forEach(check -> run.note("not checked: " + check.name() + ", " + check.detail()));
        return new Done(summary(checks));
    }

    private static String summary(List<Check> checks) {
        return having(checks, Check.Verdict.OK).size()
                + " checks passed"
                + count(having(checks, Check.Verdict.WARN), "with a warning")
                + count(having(checks, Check.Verdict.SKIPPED), "skipped");
    }

    private static String count(List<Check> checks, String what) {
        return checks.isEmpty() ? "" : ", " + checks.size() + " " + what;
    }

    private static List<Check> having(List<Check> checks, Check.Verdict verdict) {
        return checks.stream().filter(check -> check.verdict() == verdict).toList();
    }
}
