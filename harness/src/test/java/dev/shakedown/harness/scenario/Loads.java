package dev.shakedown.harness.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Loads scenario files for the tests of this package. */
final class Loads {
    private Loads() {}

    static ScenarioFile.Loaded loaded(Path file, String... sets) {
        return switch (load(file, sets)) {
            case ScenarioFile.Loaded loaded -> loaded;
            case ScenarioFile.Rejected rejected ->
                    throw new AssertionError("rejected: " + rejected.problems());
        };
    }

    static Scenario one(Path file, String... sets) {
        List<Scenario> scenarios = loaded(file, sets).scenarios();
        if (scenarios.size() != 1) {
            throw new AssertionError("expected one scenario, got " + scenarios);
        }
        return scenarios.getFirst();
    }

    /** Each problem as the user sees it, with only the file's name instead of its path. */
    static List<String> problems(Path file, String... sets) {
        return switch (load(file, sets)) {
            case ScenarioFile.Loaded loaded ->
                    throw new AssertionError("not rejected: " + loaded.scenarios());
            case ScenarioFile.Rejected rejected -> lines(file, rejected.problems());
        };
    }

    static List<String> lines(Path file, List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.toString().replace(file.toString(), name(file)))
                .toList();
    }

    static Path write(Path folder, String text) {
        try {
            return Files.writeString(folder.resolve("s.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static ScenarioFile load(Path file, String... sets) {
        return ScenarioLoader.load(file, Stream.of(sets).map(ScenarioOverride::parse).toList());
    }
}
