package dev.shakedown.harness.nightly;

import dev.shakedown.harness.nightly.Slot.Arm;
import dev.shakedown.harness.nightly.Slot.Stage;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.Suite;
import dev.shakedown.reports.regression.Arms;
import dev.shakedown.reports.render.SimulatedMark;
import dev.shakedown.reports.render.SuiteReport;
import dev.shakedown.reports.run.RunRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The runs of one scenario's night, as far as they are there. A run that broke off ends it. */
final class Gathering {
    private static final int STAGES = 1_000_000;
    private static final int PAIRS = 10;

    private final Suite suite;
    private final Suite.Compared compared;
    private final Samples samples;
    private final Map<Slot, List<Sampled>> got = new LinkedHashMap<>();

    Gathering(Suite suite, Suite.Compared compared, Samples samples) {
        this.suite = suite;
        this.compared = compared;
        this.samples = samples;
    }

    /** Whether all of them have a run, none of which broke off; not if the night is to end. */
    boolean gather(List<Slot> slots) {
        for (Slot slot : slots) {
            if (broken().isPresent() || samples.stopped()) {
                return false;
            }
            got.put(slot, samples.get(slot, scenario(slot), options(slot)));
        }
        return broken().isEmpty();
    }

    /** The run after which there was none. */
    Optional<Sampled.Broken> broken() {
        return got.values().stream()
                .map(List::getLast)
                .flatMap(one -> one instanceof Sampled.Broken b ? Stream.of(b) : Stream.empty())
                .findFirst();
    }

    /** The whole pairs of a stage; runs that do not count are in it, too. */
    Arms arms(Stage stage) {
        List<RunRecord> first = new ArrayList<>();
        List<RunRecord> second = new ArrayList<>();
        got.forEach(
                (slot, sampled) -> {
                    if (slot.stage() == stage) {
                        (slot.arm() == Arm.CANDIDATE || slot.again() ? second : first)
                                .add(record(sampled.getLast()));
                    }
                });
        int whole = Math.min(first.size(), second.size());
        return Arms.pairs(first.subList(0, whole), second.subList(0, whole));
    }

    /** Of the first start of an arm. */
    Optional<RunRecord> warm(Arm arm) {
        return got.entrySet().stream()
                .filter(entry -> entry.getKey().stage() == Stage.WARM)
                .filter(entry -> entry.getKey().arm() == arm)
                .map(entry -> record(entry.getValue().getLast()))
                .findFirst();
    }

    /** All runs that were made, in their order. */
    List<SuiteReport.Run> runs() {
        return got.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(one -> run(entry.getKey(), one)))
                .toList();
    }

    private static SuiteReport.Run run(Slot slot, Sampled sampled) {
        RunRecord run = record(sampled);
        return new SuiteReport.Run(
                slot.text(),
                run.id(),
                run.verdict().name(),
                sampled instanceof Sampled.Counts ? "" : Samples.reason(run),
                Optional.of(run).filter(RunRecord::simulated).map(SimulatedMark::of));
    }

    private Scenario scenario(Slot slot) {
        boolean second = slot.arm() == Arm.CANDIDATE || slot.again();
        Scenario own = slot.arm() == Arm.BASELINE ? compared.baseline() : compared.candidate();
        return switch (suite.seeds()) {
            case FIXED -> own;
            case PER_PAIR -> own.anotherDraw(draw(slot));
            case PER_SAMPLE -> own.anotherDraw(draw(slot) + (second ? 1 : 0));
        };
    }

    /** No two pairs of a night share their draws. */
    private static long draw(Slot slot) {
        long stage =
                switch (slot.stage()) {
                    case WARM -> 0;
                    case CONTROL -> 1;
                    case PAIRS -> 2;
                    case CONFIRM -> 3;
                };
        return stage * STAGES + (long) slot.pair() * PAIRS;
    }

    private RunOptions options(Slot slot) {
        if (slot.stage() != Stage.WARM) {
            return new RunOptions(Optional.empty());
        }
        RunOptions start = new RunOptions(Optional.of("EngineUp"));
        return suite.canary() ? start.asking() : start;
    }

    private static RunRecord record(Sampled sampled) {
        return switch (sampled) {
            case Sampled.Counts(RunRecord run) -> run;
            case Sampled.Invalid(RunRecord run) -> run;
            case Sampled.Broken(RunRecord run, var _) -> run;
        };
    }
}
