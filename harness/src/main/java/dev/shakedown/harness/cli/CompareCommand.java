package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.GroupComparison;
import dev.shakedown.harness.run.RunGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says whether the second group of runs is slower than the first. */
@Command(
        name = "compare",
        description =
                "Did it get slower? Compares two runs, or two groups of repeats of one scenario: a verdict for each primary metric.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown compare runs/monday runs/tuesday               # folders of runs",
            "  shakedown compare 'runs/*-base-*' 'runs/*-new-*' --factor vllm",
            "  shakedown compare runs/A1,runs/A2,runs/A3 runs/B1,runs/B2,runs/B3 --report out",
            "",
            "Six runs of each, taken in turn (ABBA…), are the usual number; a regression",
            "needs twelve, or six and six fresh ones. Exit codes: 0 equivalent or improved,",
            "1 regressed, 4 inconclusive or not comparable."
        })
final class CompareCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "BASE CANDIDATE",
            arity = "1..*",
            hideParamSyntax = true,
            description =
                    "each a run directory, a folder of run directories, a quoted pattern, or several with commas between them")
    private List<String> groups = List.of();

    @Option(
            names = "--factor",
            paramLabel = "FIELD",
            description =
                    "what is under test and may differ: a field of the fingerprint (vllm) or of the scenario (engine.args); repeatable")
    private List<String> factors = List.of();

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "also write the report there: HTML, Markdown, JUnit and JSON")
    private Optional<Path> report = Optional.empty();

    @Option(names = "--json", description = "print the result as JSON instead of text")
    private boolean json;

    @Override
    public Integer call() {
        if (groups.size() != 2) {
            throw new UsageException(
                    "compare takes two groups of runs, not %d: put commas between the runs of a group, or quote its pattern"
                            .formatted(groups.size()));
        }
        GroupComparison comparison = compared();
        boolean colour = Terminal.onStderr(System.getenv()).interactive();
        System.out.print(json ? comparison.json() : comparison.text(colour));
        report.map(comparison::write).filter(_ -> !json).ifPresent(this::where);
        System.out.flush();
        ExitCode code =
                switch (comparison.outcome()) {
                    case PASSED -> ExitCode.OK;
                    case REGRESSED -> ExitCode.LIMIT_MISSED;
                    case UNDECIDED -> ExitCode.NOT_TRUSTED;
                };
        return code.code();
    }

    private void where(Path page) {
        System.out.println("  report: " + page);
    }

    private GroupComparison compared() {
        RunGroup baseline = orUsage(() -> RunGroup.of(groups.getFirst()));
        RunGroup candidate = orUsage(() -> RunGroup.of(groups.getLast()).besides(baseline));
        return GroupComparison.of(baseline, candidate, Set.copyOf(factors));
    }

    private static RunGroup orUsage(Supplier<RunGroup> group) {
        try {
            return group.get();
        } catch (IllegalArgumentException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
    }
}
