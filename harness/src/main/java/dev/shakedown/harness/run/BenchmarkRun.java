package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.ClusterProvider;
import dev.shakedown.harness.cluster.ReusableProvider;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.diagnosis.Diagnosis;
import dev.shakedown.harness.diagnosis.MaskedLogs;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.measure.RunClock;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The main job: the recipe of steps for one scenario, from preflight to teardown. Whatever happens,
 * logs are collected before the cluster is ended, the cluster is ended, and the run directory is
 * complete.
 */
public final class BenchmarkRun {
    private final Scenario scenario;
    private final RunDirectory directory;
    private final RunListener listener;
    private final RunOptions options;

    public BenchmarkRun(
            Scenario scenario, RunDirectory directory, RunListener listener, RunOptions options) {
        this.scenario = scenario;
        this.directory = directory;
        this.listener = listener;
        this.options = options;
    }

    /** Whether a scenario's cluster can outlive its run. */
    public static boolean canKeep(Scenario scenario) {
        RunDirectory nowhere = new RunDirectory(Path.of("runs", "none").toAbsolutePath());
        return Providers.of(scenario, nowhere, false) instanceof ReusableProvider;
    }

    /** Whether a kept cluster is one that the scenario asks for. */
    public static boolean canUse(KeptRun kept, Scenario scenario) {
        return kept.cluster().asked().equals(ClusterAsked.of(scenario));
    }

    /**
     * Runs to the end; an interrupt of the calling thread ends the load and tears down before it
     * returns.
     */
    public RunOutcome execute() {
        return execute(Providers.of(scenario, directory, options.keep()));
    }

    RunOutcome execute(ClusterProvider provider) {
        RunClock clock =
                provider.ownTime()
                        .map(time -> new RunClock(Instant.now(), time))
                        .orElseGet(RunClock::startNow);
        try (EventLog events = new EventLog(directory.events(), clock)) {
            RunContext run =
                    new RunContext(
                            scenario,
                            directory,
                            events,
                            listener,
                            new RunContext.Wiring(clock, provider));
            if (scenario.virtualClock()) {
                run.note("on a virtual clock: without client, HTTP and Ray");
            }
            RunStore.write(directory.path(), RunRecorder.unfinished(run));
            Ending ending = bringUpAndMeasure(run);
            return Uninterrupted.call(
                    () -> finish(run, new Teardown(run, ending, options.keep()).execute()));
        }
    }

    /** The recipe. A step that has nothing to do in this scenario is left out. */
    private List<Step> recipe() {
        List<Step> steps = new ArrayList<>();
        Optional<Reuse> reuse = options.reuse().map(Reuse::new);
        boolean loads = scenario.load().isPresent() && options.includes("Measure");
        steps.add(
                new PreflightStep(
                        run ->
                                reuse.map(kept -> kept.preflight(run))
                                        .orElseGet(run.provider()::preflight),
                        loads && scenario.loadFrom().onCluster()));
        if (scenario.calibrates() && (loads || options.endsWith(CalibrateStep.NAME))) {
            // Before anything is started: a load that is refused must cost no cluster.
            scenario.load().map(CalibrateStep::new).ifPresent(steps::add);
        }
        steps.add(new ModelReadyStep(options.needsModel()));
        steps.add(reuse.map(Reuse::clusterUp).orElseGet(ClusterUpStep::new));
        scenario.smoke().ifPresent(smoke -> steps.add(new SmokeStep(smoke)));
        steps.add(new FabricStep());
        if (scenario.engine().isPresent() || scenario.attach().isPresent()) {
            steps.add(
                    new EngineUpStep(
                            scenario.engine().orElse(EngineUpStep.WHATEVER_IS_SERVED),
                            loads && !options.allowTunnel() && !scenario.loadFrom().onCluster()));
            if (options.canary() && options.includes("EngineUp")) {
                steps.add(new CanaryStep());
            }
            scenario.load().ifPresent(plan -> steps.add(measuring(plan)));
        }
        return steps.stream().filter(step -> options.includes(step.name())).toList();
    }

    private Step measuring(LoadPlan plan) {
        return scenario.series().<Step>map(SeriesStep::new).orElseGet(() -> new MeasureStep(plan));
    }

    private Ending bringUpAndMeasure(RunContext run) {
        StepRunner runner = new StepRunner(run, scenario.lentUntil());
        String at = "start";
        try {
            for (Step step : recipe()) {
                at = step.name();
                runner.execute(step);
            }
            return Thread.interrupted() ? new Ending.Interrupted(at) : Ending.COMPLETE;
        } catch (StepFailedException e) {
            return Thread.interrupted() ? new Ending.Interrupted(at) : new Ending.Failed(at, e);
        } catch (InterruptedException e) {
            // Remembered in the ending; the flag stays clear so that teardown can wait.
            return new Ending.Interrupted(at);
        } catch (RuntimeException | Error e) {
            return new Ending.Bug(at, e);
        }
    }

    private RunOutcome finish(RunContext run, Ending ending) {
        if (run.events().lost() > 0) {
            run.note(run.events().lost() + " events could not be written to events.jsonl");
        }
        if (ending instanceof Ending.Bug bug) {
            BugReport.write(directory.bug(), bug).ifPresent(listener::say);
        }
        RunRecord record = RunRecorder.record(run, ending);
        try {
            RunStore.write(directory.path(), record);
        } catch (UncheckedIOException unwritable) {
            return unsaved(run, ending, unwritable);
        }
        RunRecord complete = masked(run, ending, record);
        Optional<String> trouble = Reports.write(directory);
        trouble.ifPresent(listener::say);
        return new RunOutcome(directory, complete, ending, cause(run), run.kept());
    }

    /** Once the record is safe: a log that cannot be masked is a note, and changes no verdict. */
    private RunRecord masked(RunContext run, Ending ending, RunRecord saved) {
        if (!maskLogs(run)) {
            return saved;
        }
        RunRecord noted = RunRecorder.record(run, ending);
        try {
            RunStore.write(directory.path(), noted);
        } catch (UncheckedIOException full) {
            listener.say("run.json lacks the last notes: " + full.getCause());
        }
        return noted;
    }

    /** Returns whether there is something to note. */
    private boolean maskLogs(RunContext run) {
        List<String> trouble = MaskedLogs.in(directory.logs());
        trouble.forEach(line -> run.note("logs/" + line));
        return !trouble.isEmpty();
    }

    /** The result is still printed; an earlier failure is still the first thing said. */
    private RunOutcome unsaved(RunContext run, Ending ending, UncheckedIOException unwritable) {
        maskLogs(run);
        StepFailedException failure =
                new StepFailedException(
                        "the result could not be saved as run.json",
                        "",
                        List.of(String.valueOf(unwritable.getCause())),
                        "look at the disk of " + directory.path() + ": space and permissions");
        Ending unsaved = new Ending.Failed("Record", failure);
        if (!(ending instanceof Ending.Complete)) {
            listener.say(failure.what() + ": " + unwritable.getCause());
            unsaved = ending;
        }
        return new RunOutcome(
                directory, RunRecorder.record(run, unsaved), unsaved, cause(run), run.kept());
    }

    private static List<String> cause(RunContext run) {
        return run.diagnosis().flatMap(Diagnosis::rootCause).stream()
                .flatMap(
                        match ->
                                Stream.of(
                                        "cause: " + match.cause(),
                                        "seen in " + match.seen(),
                                        "confirm: " + match.confirm(),
                                        "fix: " + match.fix()))
                .toList();
    }
}
