package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.local.LocalProvider;
import dev.shakedown.harness.cluster.local.NetNamespace;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.ssh.SlurmAllocation;
import dev.shakedown.harness.nightly.NightRefusedException;
import dev.shakedown.harness.nightly.NightRun;
import dev.shakedown.harness.run.BenchmarkRun;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.run.RunOutcome;
import dev.shakedown.harness.scenario.DurationText;
import dev.shakedown.harness.scenario.Problem;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioOverride;
import dev.shakedown.harness.scenario.Suite;
import dev.shakedown.harness.scenario.SuiteFile;
import dev.shakedown.harness.scenario.SuiteLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a candidate with a baseline by starts of both in turns. */
@Command(
        name = "nightly",
        description =
                "Start a baseline's and a candidate's engine in turns, compare them, confirm what looks worse, report.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown nightly scenarios/nightly/slow-rank.yaml",
            "  shakedown nightly my-suite.yaml --resume      after a crash, or Ctrl-C",
            "  shakedown nightly my-suite.yaml --budget 2h   as many pairs as there is time for",
            "",
            "Exit codes: 0 nothing got worse, 1 a regression, or other answers, 3 a cluster or an engine",
            "not usable, 4 not decided or not comparable."
        })
final class NightlyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "SUITE", description = "the suite file")
    private Path file = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "override one value in all scenarios of both arms; may be repeated")
    private List<String> overrides = List.of();

    @Option(
            names = "--resume",
            description = "go on with the newest night of this suite that was not finished")
    private boolean resume;

    @Option(
            names = "--budget",
            paramLabel = "TIME",
            description = "as many pairs as this time has room for, as 2h, in place of the suite's")
    private @Nullable String budget;

    @Mixin private RunOutput output = new RunOutput();

    @Override
    public Integer call() {
        try {
            return execute(load().placed(new SlurmAllocation(System.getenv())::place));
        } catch (NightRefusedException refused) {
            throw new UsageException(String.valueOf(refused.getMessage()));
        }
    }

    private int execute(Suite suite) {
        ScenarioRuns.requireWritable(output.runs());
        Terminal terminal = Terminal.onStderr(System.getenv());
        if (!NetNamespace.inside() && scenarios(suite).anyMatch(LocalProvider::needsNamespace)) {
            return output.runs(false)
                    .insideNamespace(planned(suite), new TerminalListener(terminal));
        }
        Optional<Duration> within = Optional.ofNullable(budget).map(NightlyCommand::duration);
        NightTerminal listener = new NightTerminal(terminal);
        listener.say(suite.name() + "  " + suite.question());
        try (Interruption interruption = Interruption.ofThisThread(terminal)) {
            NightRun.Outcome night =
                    NightRun.execute(
                            suite,
                            new NightRun.Night(
                                    output.runs().toAbsolutePath().normalize(),
                                    resume,
                                    within,
                                    (scenario, directory, options) ->
                                            recorded(
                                                    new BenchmarkRun(
                                                            scenario,
                                                            directory,
                                                            listener.ofRun(),
                                                            options),
                                                    listener),
                                    listener,
                                    interruption::came,
                                    again()));
            return print(night, terminal).code();
        }
    }

    /** From inside a namespace no server can be reached: whoever made it adds the runs. */
    private RunOutcome recorded(BenchmarkRun run, NightTerminal listener) {
        RunOutcome outcome = run.execute();
        if (!NetNamespace.inside()) {
            new RunIndex(output.runs(), System.getenv(), listener::say)
                    .add(outcome.directory().path());
        }
        return outcome;
    }

    private ExitCode print(NightRun.Outcome night, Terminal terminal) {
        ExitCode exit = ExitCode.of(night.grade());
        if (!night.finished()) {
            terminal.line("not finished; go on with: %s --resume".formatted(again()));
        }
        System.out.print(output.json() ? night.json() : night.text(terminal.interactive()));
        return exit;
    }

    /** With all that decides what the night does. */
    private String again() {
        List<String> words = new ArrayList<>(List.of("shakedown", "nightly", file.toString()));
        overrides.forEach(one -> words.addAll(List.of("--set", one)));
        words.addAll(output.again());
        if (budget != null) {
            words.addAll(List.of("--budget", budget));
        }
        return ShellWords.line(Map.of(), words);
    }

    private Suite load() {
        List<ScenarioOverride> parsed =
                overrides.stream().map(ScenarioArguments::override).toList();
        return switch (SuiteLoader.load(file, parsed, NightRun.METRICS)) {
            case SuiteFile.Loaded(Suite suite, List<Problem> warnings) -> {
                warnings.forEach(warning -> System.err.println("warning: " + warning));
                yield suite;
            }
            case SuiteFile.Rejected(List<Problem> problems) ->
                    throw ScenarioArguments.refused(problems, System.err);
        };
    }

    private List<PlannedRun> planned(Suite suite) {
        Optional<KeptRun> up = resume ? NightRun.kept(output.runs(), suite) : Optional.empty();
        return scenarios(suite)
                .map(scenario -> new PlannedRun(scenario, new RunOptions(Optional.empty()), up))
                .toList();
    }

    private static Stream<Scenario> scenarios(Suite suite) {
        return suite.compared().stream().flatMap(one -> Stream.of(one.baseline(), one.candidate()));
    }

    private static Duration duration(String text) {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException("--budget " + text + ": " + wrong.getMessage());
        }
    }
}
