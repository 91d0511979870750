package dev.shakedown.harness.history;

import dev.shakedown.harness.history.BaselineDecision.What;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * The index of runs and of decisions about baselines. Each change is one transaction: a crash
 * leaves the history as it was before or after it, and several processes may write at once. Every
 * method throws {@link HistoryException} where the database fails.
 */
public final class History implements AutoCloseable {
    private final HistoryPlace place;
    private final Handle handle;
    private final RunRows runs;
    private final DecisionRows decisions;
    private final BaselineFile file;

    private History(HistoryPlace place, Handle handle) {
        this.place = place;
        this.handle = handle;
        runs = new RunRows(handle, place.origin());
        decisions = new DecisionRows(handle, place.origin());
        file = new BaselineFile(place.runs());
    }

    /** Opens it, and makes it where there is none. */
    public static History open(HistoryPlace place) {
        return new History(place, Database.open(place));
    }

    /**
     * What a rebuild found: {@code skipped} are the directories and lines that it could not use.
     */
    public record Rebuilt(int runs, int loads, int decisions, List<String> skipped) {}

    /**
     * Adds a run, or replaces what is known of it, with the loads of its series.
     *
     * @return the directories that could not be read
     */
    public List<String> add(Path runDirectory) {
        RunFolder folder = RunFolder.read(place.runs(), runDirectory);
        change(
                () -> {
                    folder.found().forEach(runs::put);
                    return folder;
                });
        return folder.skipped();
    }

    /** Makes the part of the index that is this folder's anew, from the folder alone. */
    public Rebuilt rebuild() {
        return change(
                () -> {
                    waitForWriters();
                    // Read now: a run that ends later waits, and then replaces what stands here.
                    RunFolder folder = RunFolder.read(place.runs());
                    BaselineFile.Content decided = file.read();
                    runs.deleteAll();
                    folder.found().forEach(runs::put);
                    decisions.deleteAll();
                    decided.decisions().forEach(decisions::put);
                    List<String> skipped = new ArrayList<>(folder.skipped());
                    skipped.addAll(decided.skipped());
                    int all = folder.found().size();
                    int loads = (int) folder.found().stream().filter(IndexedRun::isLoad).count();
                    return new Rebuilt(all - loads, loads, decided.decisions().size(), skipped);
                });
    }

    /** In the order of their start. */
    public List<IndexedRun> runs(RunFilter filter) {
        return ask(() -> runs.list(filter));
    }

    /** Run directories of the folder that the index does not know, by name. */
    public List<String> missing() {
        Set<String> known = new HashSet<>(ask(() -> runs.directories()));
        return RunFolder.runDirectories(place.runs()).stream()
                .map(directory -> directory.getFileName().toString())
                .filter(name -> !known.contains(name))
                .toList();
    }

    /**
     * Takes runs as the level that later ones are held against.
     *
     * @param names of the runs, ids or directories; without any, the newest run that counts
     * @throws IllegalArgumentException if there is no such run of the scenario, or its numbers say
     *     nothing
     */
    public BaselineDecision accept(
            String scenario, List<String> names, String who, String why, Instant at) {
        List<IndexedRun> of = runs(RunFilter.of(scenario));
        List<String> ids =
                new RunNames(scenario, of).of(names).stream().map(IndexedRun::id).toList();
        return decide(scenario, What.ACCEPT, ids, new Said(who, why, at));
    }

    /**
     * Takes the current baseline back.
     *
     * @throws IllegalArgumentException if there is none
     */
    public BaselineDecision reset(String scenario, String who, String why, Instant at) {
        if (baseline(scenario).current().isEmpty()) {
            throw new IllegalArgumentException(
                    "%s has no baseline that could be reset".formatted(scenario));
        }
        return decide(scenario, What.RESET, List.of(), new Said(who, why, at));
    }

    /** All decisions about a scenario's baseline. */
    public Baseline baseline(String scenario) {
        return new Baseline(ask(() -> decisions.of(scenario)));
    }

    @Override
    public void close() {
        handle.close();
    }

    private record Said(String who, String why, Instant at) {}

    /** Written to {@code baselines.jsonl} first, from where a rebuild takes it. */
    private BaselineDecision decide(String scenario, What what, List<String> ids, Said said) {
        BaselineDecision decision =
                new BaselineDecision(
                        UUID.randomUUID().toString(),
                        scenario,
                        what,
                        ids,
                        said.who,
                        said.why,
                        said.at.truncatedTo(ChronoUnit.MILLIS));
        file.append(decision);
        change(
                () -> {
                    decisions.put(decision);
                    return decision;
                });
        return decision;
    }

    /** SQLite has given the only write lock already. */
    private void waitForWriters() {
        if (place.server().isPresent()) {
            handle.execute("LOCK TABLE run, baseline_decision IN SHARE ROW EXCLUSIVE MODE");
        } else {
            handle.execute("DELETE FROM run WHERE 1 = 0");
        }
    }

    private <T> T change(Supplier<T> work) {
        return ask(() -> handle.inTransaction(_ -> work.get()));
    }

    private <T> T ask(Supplier<T> work) {
        try {
            return work.get();
        } catch (JdbiException e) {
            throw Database.unusable(place, e);
        }
    }
}
