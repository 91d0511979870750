package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** From a scenario file to scenarios, or to everything that is wrong with it. */
public final class ScenarioLoader {

    private ScenarioLoader() {}

    /**
     * Reads {@code file}, applies {@code overrides} in their order, then its {@code matrix}. Never
     * throws for what the file holds.
     */
    public static ScenarioFile load(Path file, List<ScenarioOverride> overrides) {
        Problems problems = new Problems();
        Problems warnings = new Problems();
        List<Scenario> scenarios =
                load(
                        file,
                        root -> ScenarioOverride.applyAll(overrides, root, problems),
                        problems,
                        warnings);
        return problems.none()
                ? new ScenarioFile.Loaded(scenarios, warnings.listed())
                : new ScenarioFile.Rejected(problems.listed());
    }

    /** The scenarios of a file whose tree is edited first. */
    static List<Scenario> load(
            Path file, UnaryOperator<Node.Mapping> edit, Problems problems, Problems warnings) {
        return root(file, "a scenario", problems).map(edit).stream()
                .flatMap(root -> Matrix.expand(root, problems).stream())
                .flatMap(variant -> read(file, variant, problems, warnings))
                .toList();
    }

    private static Stream<Scenario> read(
            Path file, Matrix.Variant variant, Problems problems, Problems warnings) {
        return new ScenarioReader(file, problems, warnings).read(variant).stream();
    }

    /**
     * The map that a file holds.
     *
     * @param what it is, with its article
     */
    static Optional<Node.Mapping> root(Path file, String what, Problems problems) {
        Optional<String> text = SourceFile.read(file, problems);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String source = file.toString();
        Optional<Node> root = YamlTree.read(source, text.get(), problems);
        if (root.isPresent() && root.get() instanceof Node.Mapping mapping) {
            return Optional.of(mapping);
        }
        if (root.isPresent() && !isNull(root.get())) {
            problems.add(
                    root.get().place(),
                    what
                            + " is a map of keys, not "
                            + root.get().description()
                            + "; begin with schemaVersion: 1");
        } else if (problems.none()) {
            problems.add(
                    new Place(source, 1, 1, false),
                    "the file is empty; begin with schemaVersion: 1");
        }
        return Optional.empty();
    }

    private static boolean isNull(Node node) {
        return node instanceof Node.Scalar scalar && scalar.isNull();
    }
}
