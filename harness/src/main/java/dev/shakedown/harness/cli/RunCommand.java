package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.local.LocalProvider;
import dev.shakedown.harness.cluster.local.NetNamespace;
import dev.shakedown.harness.run.BenchmarkRun;
import dev.shakedown.harness.run.Reports;
import dev.shakedown.harness.run.RunDirectory;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.run.RunOutcome;
import dev.shakedown.harness.scenario.Provider;
import dev.shakedown.harness.scenario.Scenario;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The main job, for one scenario or several. */
@Command(
        name = "run",
        description =
                "Bring the cluster up, prove every GPU, start vLLM, load it, report, tear down.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown run scenarios/2x8-tp8-pp2.yaml",
            "  shakedown run scenarios/shapes.yaml          one comparison report at the end",
            "  shakedown run scenarios/smoke-1x1.yaml --json --runs /data/runs"
        })
final class RunCommand implements Callable<Integer> {
    enum View {
        vllm
    }

    @Mixin private ScenarioArguments arguments = new ScenarioArguments();

    @Option(
            names = "--runs",
            paramLabel = "DIR",
            description = "where run directories go (default: ./runs)")
    private Path runs = Path.of("runs");

    @Option(names = "--json", description = "print the result as JSON instead of text")
    private boolean json;

    @Option(
            names = "--view",
            paramLabel = "VIEW",
            description =
                    "also print the figures by the rules of: ${COMPLETION-CANDIDATES} (bench serve)")
    private @Nullable View view;

    @Option(
            names = "--stop-after",
            paramLabel = "STEP",
            description = "tear down after this step, as Smoke")
    private @Nullable String stopAfter;

    @Override
    public Integer call() {
        try {
            RunOptions options =
                    new RunOptions(Optional.ofNullable(stopAfter).map(RunCommand::step));
            List<Scenario> scenarios = arguments.load(System.err);
            requireWritable(runs);
            return run(scenarios, options);
        } catch (UsageException e) {
            // A script that asked for JSON gets it, also where nothing was started.
            RunSummary.printRefusal(json, System.out);
            throw e;
        }
    }

    private static void requireWritable(Path runs) {
        try {
            RunDirectory.requireWritable(runs);
        } catch (UncheckedIOException unwritable) {
            throw new UsageException(
                    "--runs %s: no run directory can be made there; name a folder that can be written"
                            .formatted(runs));
        }
    }

    private int run(List<Scenario> scenarios, RunOptions options) {
        Terminal terminal = Terminal.onStderr(System.getenv());
        TerminalListener listener = new TerminalListener(terminal);
        if (!NetNamespace.inside() && scenarios.stream().anyMatch(LocalProvider::needsNamespace)) {
            return insideNamespace(scenarios, listener);
        }
        try (Interruption interruption = Interruption.ofThisThread(terminal)) {
            List<RunOutcome> outcomes = runAll(scenarios, options, listener, interruption);
            return ExitCode.of(outcomes.stream().map(ExitCode::of).toList()).code();
        }
    }

    /**
     * Several Ray nodes share this machine only in a network of their own, from where nothing can
     * be downloaded: Python environments and models come first.
     */
    private int insideNamespace(List<Scenario> scenarios, TerminalListener listener) {
        if (scenarios.stream().anyMatch(scenario -> scenario.attach().isPresent())) {
            throw new UsageException(
                    "local scenarios with several nodes run in a network of their own, from where no other endpoint can be reached: run the attach scenario separately");
        }
        scenarios.stream()
                .filter(scenario -> scenario.cluster().provider() == Provider.LOCAL)
                .forEach(
                        scenario ->
                                new LocalProvider(scenario, "make-ready", runs).prepare(listener));
        return NetNamespace.runInside();
    }

    private static String step(String written) {
        return RunOptions.STEPS.stream()
                .filter(written::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(
                        () ->
                                new UsageException(
                                        "--stop-after %s: no such step; write one of %s"
                                                .formatted(
                                                        written,
                                                        String.join(", ", RunOptions.STEPS))));
    }

    private List<RunOutcome> runAll(
            List<Scenario> scenarios,
            RunOptions options,
            TerminalListener listener,
            Interruption interruption) {
        Terminal terminal = interruption.terminal();
        List<RunOutcome> outcomes = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            announce(scenario, terminal);
            RunDirectory directory = RunDirectory.create(runs, scenario.name(), Instant.now());
            RunOutcome outcome = new BenchmarkRun(scenario, directory, listener, options).execute();
            outcomes.add(outcome);
            new RunSummary(terminal, System.out, json)
                    .print(outcome, Optional.ofNullable(view).isPresent());
            if (interruption.came()) {
                break;
            }
        }
        Optional<Path> comparison = Reports.comparison(outcomes, runs, listener);
        RunSummary.printAll(outcomes, comparison, json, System.out);
        return outcomes;
    }

    private static void announce(Scenario scenario, Terminal terminal) {
        terminal.line(terminal.bold(scenario.name()) + "  " + scenario.question());
        if (scenario.simulated()) {
            terminal.line(
                    terminal.yellow(
                            "SIMULATED cluster: these numbers say nothing about real GPUs"));
        }
    }
}
