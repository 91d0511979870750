package dev.shakedown.harness.nightly;

import dev.shakedown.harness.run.Durations;
import dev.shakedown.harness.run.RunDirectory;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.run.RunOutcome;
import dev.shakedown.harness.run.RunOutcome.Grade;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.Validity;
import dev.shakedown.reports.run.RunRecord.Verdict;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.reports.run.RunUnreadableException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Gets each slot its run: one that is there already, or a new one. So a night that was killed goes
 * on where it stopped.
 */
final class Samples {
    /** INVALID runs of a slot that are run again; what still fails then is not bad luck. */
    static final int REPLACEMENTS = 1;

    private final Journal journal;
    private final Nodes nodes;
    private final Starter starter;
    private final NightListener listener;
    private final BooleanSupplier stopped;

    Samples(Journal journal, Nodes nodes, NightRun.Night night) {
        this.journal = journal;
        this.nodes = nodes;
        this.starter = night.starter();
        this.listener = night.listener();
        this.stopped = night.stopped();
    }

    /** Whether nothing more is to be started. */
    boolean stopped() {
        return stopped.getAsBoolean();
    }

    /** The slot's runs, made if they are not there: the last one counts, or nothing does. */
    List<Sampled> get(Slot slot, Scenario scenario, RunOptions options) {
        List<Sampled> made = new ArrayList<>();
        journal.state().tries(slot).forEach(one -> earlier(slot, one).ifPresent(made::add));
        while (made.isEmpty()
                || (made.getLast() instanceof Sampled.Invalid
                        && made.size() <= REPLACEMENTS
                        && !stopped())) {
            made.add(make(slot, scenario, options));
        }
        return made;
    }

    /** What an earlier run came to; empty where the slot needs another in its place. */
    private Optional<Sampled> earlier(Slot slot, NightState.Try one) {
        Optional<RunRecord> record = read(one.run());
        if (one.grade().isPresent()) {
            return record.flatMap(run -> ofLog(run, Grade.valueOf(one.grade().get())));
        }
        if (record.isEmpty() || record.get().verdict() == Verdict.ABORTED) {
            listener.say(
                    "%s: run %s was killed, it is made again".formatted(slot.text(), one.run()));
            nodes.endLeftoversOf(one.run());
            journal.add(new NightEvent.Ended(slot.key(), one.run(), Grade.INTERRUPTED.name(), 0));
            return Optional.empty();
        }
        // Killed between its last file and the log's line.
        journal.add(new NightEvent.Ended(slot.key(), one.run(), Grade.PASSED.name(), 0));
        nodes.found(one.run());
        return Optional.of(sampled(record.get(), Grade.PASSED));
    }

    private static Optional<Sampled> ofLog(RunRecord run, Grade grade) {
        return Sampled.saysNothing(grade) ? Optional.empty() : Optional.of(sampled(run, grade));
    }

    private Sampled make(Slot slot, Scenario scenario, RunOptions options) {
        listener.began(slot.text());
        RunDirectory directory =
                RunDirectory.create(journal.runs(), scenario.name(), Instant.now());
        journal.add(new NightEvent.Began(slot.key(), directory.id()));
        long start = System.nanoTime();
        RunOutcome outcome = starter.start(scenario, directory, nodes.with(scenario, options));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        // What is left up is known before the run is done with: then nobody looks for it.
        nodes.after(outcome);
        journal.add(
                new NightEvent.Ended(
                        slot.key(),
                        directory.id(),
                        outcome.grade().name(),
                        took.toMillis() / 1000.0));
        Sampled sampled = sampled(outcome.record(), outcome.grade());
        listener.ended(
                slot.text(),
                "%s (%s)".formatted(detail(sampled, slot), Durations.text(took)),
                sampled instanceof Sampled.Counts);
        return sampled;
    }

    private static Sampled sampled(RunRecord run, Grade grade) {
        if (run.verdict() == Verdict.ABORTED) {
            return new Sampled.Broken(run, grade);
        }
        return run.validity() == Validity.INVALID
                ? new Sampled.Invalid(run)
                : new Sampled.Counts(run);
    }

    private static String detail(Sampled sampled, Slot slot) {
        return switch (sampled) {
            case Sampled.Counts _ when slot.stage() == Slot.Stage.WARM -> "the engine is up";
            case Sampled.Counts(RunRecord run) -> NightWords.of(run);
            case Sampled.Invalid(RunRecord run) -> "INVALID, " + reason(run) + "; " + run.id();
            case Sampled.Broken(RunRecord run, Grade _) -> reason(run) + "; " + run.id();
        };
    }

    static String reason(RunRecord run) {
        return run.reasons().stream().map(Reason::text).findFirst().orElse("no reason recorded");
    }

    private Optional<RunRecord> read(String run) {
        try {
            return Optional.of(RunStore.read(journal.directory(run)));
        } catch (RunUnreadableException | UncheckedIOException gone) {
            return Optional.empty();
        }
    }
}
