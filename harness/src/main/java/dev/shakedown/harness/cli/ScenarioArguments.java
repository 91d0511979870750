package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.ssh.SlurmAllocation;
import dev.shakedown.harness.scenario.Problem;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import dev.shakedown.harness.scenario.ScenarioOverride;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code SCENARIO... --set PATH=VALUE}, shared by the commands that read scenario files. */
final class ScenarioArguments {
    @Parameters(
            paramLabel = "SCENARIO",
            arity = "1..*",
            description = "scenario files, or folders of them")
    private List<Path> files = List.of();

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "override one value, as load.arrivals.poisson=8/s; may be repeated")
    private List<String> overrides = List.of();

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            description = "only this one of a matrix, as 2x8-tp16; may be repeated")
    private List<String> variants = List.of();

    /**
     * All scenarios of all files, matrices expanded, with the hosts of this Slurm allocation where
     * one asks for them. Prints every problem and throws if there is one.
     */
    List<Scenario> load(PrintStream err) {
        List<Problem> problems = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>();
        List<Scenario> scenarios = read(problems, warnings);
        warnings.forEach(warning -> err.println("warning: " + warning));
        if (!problems.isEmpty()) {
            throw refused(problems, err);
        }
        return scenarios.stream().map(new SlurmAllocation(System.getenv())::place).toList();
    }

    /** Prints every problem; what is thrown counts them. */
    static UsageException refused(List<Problem> problems, PrintStream err) {
        problems.forEach(err::println);
        return new UsageException(
                problems.size() == 1
                        ? "1 problem, nothing started"
                        : problems.size() + " problems, nothing started");
    }

    private List<Scenario> chosen(List<Scenario> scenarios) {
        for (String variant : variants) {
            if (scenarios.stream().noneMatch(scenario -> isCalled(scenario, variant))) {
                throw new UsageException(
                        "no scenario is called %s; there are %s"
                                .formatted(variant, String.join(", ", names(scenarios))));
            }
        }
        return scenarios.stream()
                .filter(
                        scenario ->
                                variants.isEmpty()
                                        || variants.stream()
                                                .anyMatch(variant -> isCalled(scenario, variant)))
                .toList();
    }

    private static boolean isCalled(Scenario scenario, String variant) {
        return scenario.name().equals(variant) || scenario.name().endsWith("." + variant);
    }

    static List<String> names(List<Scenario> scenarios) {
        return scenarios.stream().map(Scenario::name).toList();
    }

    /** As {@link #load}, but hands the problems over instead of printing them. */
    List<Scenario> read(List<Problem> problems, List<Problem> warnings) {
        List<ScenarioOverride> parsed =
                overrides.stream().map(ScenarioArguments::override).toList();
        List<Scenario> scenarios = new ArrayList<>();
        for (Path file : expanded()) {
            switch (ScenarioLoader.load(file, parsed)) {
                case ScenarioFile.Loaded loaded -> {
                    scenarios.addAll(loaded.scenarios());
                    warnings.addAll(loaded.warnings());
                }
                case ScenarioFile.Rejected rejected -> problems.addAll(rejected.problems());
            }
        }
        return problems.isEmpty() ? chosen(scenarios) : scenarios;
    }

    static ScenarioOverride override(String text) {
        try {
            return ScenarioOverride.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private List<Path> expanded() {
        return files.stream().flatMap(ScenarioArguments::scenarioFiles).toList();
    }

    private static Stream<Path> scenarioFiles(Path path) {
        if (!Files.isDirectory(path)) {
            return Stream.of(path);
        }
        try (Stream<Path> inside = Files.list(path)) {
            List<Path> found =
                    inside.filter(file -> file.toString().matches(".*\\.ya?ml")).sorted().toList();
            if (found.isEmpty()) {
                throw new UsageException(path + " holds no scenario (*.yaml)");
            }
            return found.stream();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + path, e);
        }
    }
}
