package dev.shakedown.harness.nightly;

import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.run.RunOutcome.Grade;
import dev.shakedown.harness.scenario.Suite;
import dev.shakedown.reports.ReportWriter;
import dev.shakedown.reports.regression.PrimaryMetrics;
import dev.shakedown.reports.render.SuiteJson;
import dev.shakedown.reports.render.SuiteReport;
import dev.shakedown.reports.render.SuiteText;
import dev.shakedown.reports.render.SuiteVerdict;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A suite's night: each scenario's engines are started in turns, compared, and reported. All that
 * is decided follows from the runs and the night's log, so that a night that was killed comes to
 * the same when it goes on.
 */
public final class NightRun {
    /** Those that a suite may give thresholds for. */
    public static final List<String> METRICS = PrimaryMetrics.names();

    private final Suite suite;
    private final NightFolder folder;
    private final Journal journal;
    private final Night night;
    private final ControlHistory history;
    private final List<String> notes = new ArrayList<>();

    /**
     * What a night is made with.
     *
     * @param runs where run directories go, and the night's own
     * @param resume go on with the newest night of this suite that was not finished
     * @param budget for all of it; the suite's own number of pairs where empty
     * @param stopped whether nothing more is to be started
     * @param command that makes the same night
     */
    public record Night(
            Path runs,
            boolean resume,
            Optional<Duration> budget,
            Starter starter,
            NightListener listener,
            BooleanSupplier stopped,
            String command) {}

    /**
     * How a night ended.
     *
     * @param grade for whoever started it
     * @param finished whether nothing is left to do
     */
    public record Outcome(Path directory, SuiteReport report, Grade grade, boolean finished) {
        /** For a terminal. */
        public String text(boolean colour) {
            return SuiteText.render(report, colour);
        }

        /** For scripts. */
        public String json() {
            return SuiteJson.render(report);
        }
    }

    private NightRun(Suite suite, NightFolder folder, Journal journal, Night night) {
        this.suite = suite;
        this.folder = folder;
        this.journal = journal;
        this.night = night;
        history = ControlHistory.before(folder, night.runs(), suite.name());
    }

    /** The cluster that an unfinished night has left up. */
    public static Optional<KeptRun> kept(Path runs, Suite suite) {
        return NightFolder.unfinished(runs, suite.name())
                .flatMap(night -> night.state().kept())
                .flatMap(KeptClusters.ofUser()::named);
    }

    /**
     * Makes a night, or what is left of one, to its report.
     *
     * @throws NightRefusedException where there is nothing to go on with, another process does, or
     *     the suite is another by now
     */
    public static Outcome execute(Suite suite, Night night) {
        if (!night.resume()) {
            NightFolder.unfinished(night.runs(), suite.name())
                    .ifPresent(
                            left ->
                                    night.listener()
                                            .say(
                                                    "%s was not finished; --resume goes on with it"
                                                            .formatted(left.id())));
        }
        NightFolder folder =
                night.resume() ? toGoOnWith(suite, night) : NightFolder.create(night.runs(), suite);
        Optional<NightLog> log = NightLog.open(folder.path());
        if (log.isEmpty()) {
            throw new NightRefusedException(
                    "another Shakedown works on %s; wait until it has ended"
                            .formatted(folder.path()));
        }
        List<NightEvent> soFar = NightLog.read(folder.path());
        try (Journal journal = Journal.of(log.get(), soFar, night.runs())) {
            if (journal.state().night().isEmpty()) {
                journal.add(NightFolder.begun(suite));
            }
            requireSame(suite, folder, journal.state());
            return new NightRun(suite, folder, journal, night).execute();
        }
    }

    private static NightFolder toGoOnWith(Suite suite, Night night) {
        return NightFolder.unfinished(night.runs(), suite.name())
                .orElseThrow(
                        () ->
                                new NightRefusedException(
                                        "--resume: no night of %s in %s was left unfinished; leave --resume out"
                                                .formatted(suite.name(), night.runs())));
    }

    private static void requireSame(Suite suite, NightFolder folder, NightState state) {
        String then = state.night().map(NightEvent.Night::digest).orElse("");
        if (!then.equals(NightFolder.digest(suite))) {
            throw new NightRefusedException(
                    "--resume: %s was begun with another suite, scenario, option or version; its samples cannot be mixed with these. Leave --resume out"
                            .formatted(folder.path()));
        }
    }

    private Outcome execute() {
        Nodes nodes = new Nodes(journal, night.listener());
        try {
            return compareAll(nodes);
        } finally {
            nodes.release();
        }
    }

    private Outcome compareAll(Nodes nodes) {
        Samples samples = new Samples(journal, nodes, night);
        List<ScenarioNight> scenarios =
                suite.compared().stream().map(one -> scenario(one, samples)).toList();
        int control = night.budget().isPresent() ? Math.max(1, suite.control()) : suite.control();
        each(scenarios, one -> one.prepare(control));
        NightPlan plan = new NightPlan(suite, journal, night.budget());
        if (goesOn(scenarios)) {
            plan.decide(
                    scenarios.stream()
                            .filter(one -> one.broken().isEmpty())
                            .map(one -> one.known(history.changes(one.name())))
                            .toList());
        }
        each(scenarios, one -> one.compare(plan));
        Optional<Grade> early =
                scenarios.stream()
                        .flatMap(one -> one.broken().stream())
                        .filter(Sampled.Broken::endsNight)
                        .map(Sampled.Broken::grade)
                        .findFirst();
        boolean done = early.isEmpty() && !night.stopped().getAsBoolean();
        SuiteReport report = report(scenarios);
        // Before the last line: from then on nobody looks for what is up, or writes the report.
        nodes.release();
        boolean finished = write(report) && done;
        if (finished) {
            journal.add(new NightEvent.Finished(report.verdict().name()));
        }
        return new Outcome(
                folder.path(),
                report,
                done ? grade(report.verdict()) : early.orElse(Grade.INTERRUPTED),
                finished);
    }

    private static Grade grade(SuiteVerdict verdict) {
        return switch (verdict) {
            case ABORTED -> Grade.NOT_USABLE;
            case FAILED, REGRESSED -> Grade.LIMIT_MISSED;
            case NOT_COMPARABLE, INCONCLUSIVE -> Grade.NOT_TRUSTED;
            case IMPROVED, EQUIVALENT -> Grade.PASSED;
        };
    }

    private ScenarioNight scenario(Suite.Compared compared, Samples samples) {
        return new ScenarioNight(
                suite,
                compared,
                journal,
                samples,
                NightGate.of(suite, history.deltas(compared.name(), suite.deltas())));
    }

    private void each(List<ScenarioNight> scenarios, Consumer<ScenarioNight> work) {
        for (ScenarioNight one : scenarios) {
            if (goesOn(scenarios) && one.broken().isEmpty()) {
                night.listener().scenario(one.name());
                work.accept(one);
            }
        }
    }

    /** After an interruption, or a bug, nothing more is started. */
    private boolean goesOn(List<ScenarioNight> scenarios) {
        return !night.stopped().getAsBoolean()
                && scenarios.stream()
                        .flatMap(one -> one.broken().stream())
                        .noneMatch(Sampled.Broken::endsNight);
    }

    private SuiteReport report(List<ScenarioNight> scenarios) {
        List<SuiteReport.Part> parts = scenarios.stream().map(ScenarioNight::part).toList();
        SuiteVerdict verdict =
                SuiteVerdict.worst(parts.stream().map(SuiteReport.Part::verdict).toList());
        return new SuiteReport(
                suite.name(),
                suite.question(),
                folder.path().toString(),
                Instant.parse(journal.state().night().orElseThrow().startedAt()),
                verdict,
                why(verdict, parts),
                NightGate.words(suite.baseline()),
                NightGate.words(suite.candidate()),
                parts,
                notes,
                night.command());
    }

    private static String why(SuiteVerdict verdict, List<SuiteReport.Part> parts) {
        List<String> those =
                parts.stream()
                        .filter(part -> part.verdict() == verdict)
                        .map(SuiteReport.Part::scenario)
                        .toList();
        return "%d of %d scenarios, %s"
                .formatted(those.size(), parts.size(), String.join(", ", those));
    }

    /** The night's result is printed all the same where its files cannot be written. */
    private boolean write(SuiteReport report) {
        try {
            ReportWriter.suite(report, folder.path());
            return true;
        } catch (UncheckedIOException full) {
            night.listener().say("the night's report could not be written: " + full.getCause());
            return false;
        }
    }
}
