package dev.shakedown.harness.history;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which runs of a scenario somebody means. */
final class RunNames {
    private final String scenario;
    private final List<IndexedRun> runs;

    /**
     * @param runs of the scenario, in the order of their start
     */
    RunNames(String scenario, List<IndexedRun> runs) {
        this.scenario = scenario;
        this.runs = runs;
    }

    /**
     * Those that were named, by id or directory; without a name, the newest one that counts.
     *
     * @throws IllegalArgumentException if there is no such run, its numbers say nothing, or without
     *     a name it could be of several kinds
     */
    List<IndexedRun> of(List<String> names) {
        if (names.isEmpty()) {
            return List.of(newest());
        }
        return names.stream().map(this::one).distinct().toList();
    }

    private IndexedRun newest() {
        Map<RunKind, IndexedRun> newest = new LinkedHashMap<>();
        runs.stream().filter(IndexedRun::counts).forEach(run -> newest.put(RunKind.of(run), run));
        if (newest.size() > 1) {
            throw new IllegalArgumentException(
                    "runs of %s are of several kinds, each with a level of its own; name the runs, the newest are:\n%s"
                            .formatted(
                                    scenario,
                                    newest.entrySet().stream()
                                            .map(RunNames::line)
                                            .collect(Collectors.joining("\n"))));
        }
        return newest.values().stream().findFirst().orElseThrow(() -> noneOf(scenario));
    }

    private static String line(Map.Entry<RunKind, IndexedRun> newest) {
        RunKind kind = newest.getKey();
        String simulated = kind.simulated().isEmpty() ? "" : ", " + kind.simulated();
        return "  %s  %s%s".formatted(newest.getValue().id(), kind.on(), simulated);
    }

    private IndexedRun one(String name) {
        String id = Path.of(name).normalize().getFileName().toString();
        IndexedRun run =
                runs.stream()
                        .filter(each -> each.id().equals(id))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "%s: the history has no such run of %s; `shakedown history --scenario %s` lists them, `shakedown history rebuild` looks for them again"
                                                        .formatted(name, scenario, scenario)));
        if (!run.counts()) {
            throw new IllegalArgumentException(
                    !run.broken()
                            ? "%s made no load: it has no numbers to hold others against"
                                    .formatted(name)
                            : "%s is %s: its numbers are no level to hold others against"
                                    .formatted(name, run.verdict()));
        }
        return run;
    }

    private static IllegalArgumentException noneOf(String scenario) {
        return new IllegalArgumentException(
                "the history has no valid run of %s; `shakedown history` lists what it has, `shakedown history rebuild` looks again"
                        .formatted(scenario));
    }
}
