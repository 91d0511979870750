package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.local.LocalProvider;
import dev.shakedown.harness.cluster.local.NetNamespace;
import dev.shakedown.harness.cluster.process.ProcessId;
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
import java.util.Set;
import java.util.function.Supplier;

/**
 * Runs scenarios one after the other and says how each ended; shared by the commands that run.
 *
 * @param vllmView also print the figures by the rules of {@code vllm bench serve}
 */
record ScenarioRuns(Path runs, boolean json, boolean vllmView) {
    private static final Set<Provider> ON_THIS_MACHINE = Set.of(Provider.LOCAL, Provider.SIMULATED);

    /** Returns the exit code; {@code options} are asked for first, for they may be wrong. */
    int execute(ScenarioArguments arguments, ClusterUse use, Supplier<RunOptions> options) {
        try {
            RunOptions chosen = options.get();
            List<PlannedRun> planned = use.plan(arguments.load(System.err), chosen);
            requireWritable(runs);
            return run(planned);
        } catch (UsageException | StepFailedException e) {
            // A script that asked for JSON gets it, also where nothing was started.
            RunSummary.printRefusal(json, System.out);
            throw e;
        }
    }

    static void requireWritable(Path runs) {
        try {
            RunDirectory.requireWritable(runs);
        } catch (UncheckedIOException unwritable) {
            throw new UsageException(
                    "--runs %s: no run directory can be made there; name a folder that can be written"
                            .formatted(runs));
        }
    }

    private int run(List<PlannedRun> planned) {
        Terminal terminal = Terminal.onStderr(System.getenv());
        TerminalListener listener = new TerminalListener(terminal);
        if (!NetNamespace.inside()
                && planned.stream()
                        .map(PlannedRun::scenario)
                        .anyMatch(LocalProvider::needsNamespace)) {
            return insideNamespace(planned, listener);
        }
        try (Interruption interruption = Interruption.ofThisThread(terminal)) {
            List<RunOutcome> outcomes = runAll(planned, listener, interruption);
            return ExitCode.of(outcomes.stream().map(ExitCode::of).toList()).code();
        }
    }

    /**
     * Several Ray nodes share this machine only in a network of their own, from where nothing can
     * be downloaded: Python environments and models come first.
     */
    int insideNamespace(List<PlannedRun> planned, TerminalListener listener) {
        planned.stream()
                .map(PlannedRun::scenario)
                .filter(scenario -> !ON_THIS_MACHINE.contains(scenario.cluster().provider()))
                .findFirst()
                .ifPresent(ScenarioRuns::refuse);
        planned.stream()
                .filter(run -> run.scenario().cluster().provider() == Provider.LOCAL)
                .forEach(
                        run ->
                                new LocalProvider(run.scenario(), "make-ready", runs)
                                        .prepare(run.options().needsModel(), listener));
        int exit =
                namespaceOf(planned)
                        .map(NetNamespace::runInsideOf)
                        .orElseGet(NetNamespace::runInside);
        index(listener).addMissing();
        return exit;
    }

    private static void refuse(Scenario elsewhere) {
        throw new UsageException(
                "local scenarios with several nodes run in a network of their own, from where no other machine can be reached: run %s (provider %s) separately"
                        .formatted(elsewhere.name(), elsewhere.cluster().provider().key()));
    }

    /** A process of the kept cluster that is to be used, if it has a network of its own. */
    private static Optional<ProcessId> namespaceOf(List<PlannedRun> planned) {
        List<Optional<ProcessId>> networks =
                planned.stream()
                        .map(run -> run.on().flatMap(on -> LocalProvider.namespaceOf(on.cluster())))
                        .distinct()
                        .toList();
        if (networks.size() > 1) {
            throw new UsageException(
                    "--reuse: these scenarios use clusters in different networks; run them one by one");
        }
        return networks.getFirst();
    }

    private List<RunOutcome> runAll(
            List<PlannedRun> planned, TerminalListener listener, Interruption interruption) {
        Terminal terminal = interruption.terminal();
        List<RunOutcome> outcomes = new ArrayList<>();
        for (PlannedRun run : planned) {
            Scenario scenario = run.scenario();
            announce(scenario, terminal);
            RunDirectory directory = RunDirectory.create(runs, scenario.name(), Instant.now());
            RunOutcome outcome =
                    new BenchmarkRun(scenario, directory, listener, run.options()).execute();
            outcomes.add(outcome);
            if (!NetNamespace.inside()) {
                index(listener).add(outcome.directory().path());
            }
            new RunSummary(terminal, System.out, json).print(outcome, vllmView);
            if (interruption.came()) {
                break;
            }
        }
        Optional<Path> comparison = Reports.comparison(outcomes, runs, listener);
        RunSummary.printAll(outcomes, comparison, json, System.out);
        return outcomes;
    }

    private RunIndex index(TerminalListener listener) {
        return new RunIndex(runs, System.getenv(), listener::say);
    }

    private static void announce(Scenario scenario, Terminal terminal) {
        terminal.line(terminal.bold(scenario.name()) + "  " + scenario.question());
        if (scenario.simulated()) {
            terminal.line(
                    terminal.yellow(
                            "SIMULATED cluster%s: these numbers say nothing about real GPUs"
                                    .formatted(
                                            scenario.virtualClock() ? " on a virtual clock" : "")));
        }
    }
}
