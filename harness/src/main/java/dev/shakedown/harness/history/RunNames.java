package dev.shakedown.harness.history;

import java.nio.file.Path;
import java.util.List;

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
     * @throws IllegalArgumentException if there is no such run, or its numbers say nothing
     */
    List<IndexedRun> of(List<String> names) {
        if (names.isEmpty()) {
            return List.of(
                    runs.stream()
                            .filter(IndexedRun::counts)
                            .reduce((_, newer) -> newer)
                            .orElseThrow(() -> noneOf(scenario)));
        }
        return names.stream().map(this::one).distinct().toList();
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
