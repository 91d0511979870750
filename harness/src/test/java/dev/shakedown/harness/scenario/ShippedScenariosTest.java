package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file that Shakedown ships as a scenario. */
class ShippedScenariosTest {
    static final Path SCENARIOS = Path.of("..", "scenarios");

    static Stream<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.list(SCENARIOS)) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void loadsWithoutAWarningAndAsksAQuestion(Path file) {
        ScenarioFile.Loaded loaded = Loads.loaded(file);
        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.scenarios()).isNotEmpty();
        assertThat(loaded.scenarios())
                .allSatisfy(scenario -> assertThat(scenario.question()).endsWith("?"));
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void isCalledLikeItsFileAndNamesTheSchema(Path file) throws IOException {
        String stem = file.getFileName().toString().replace(".yaml", "");
        assertThat(Loads.loaded(file).scenarios())
                .allSatisfy(scenario -> assertThat(scenario.name()).startsWith(stem));
        assertThat(Files.readAllLines(file).getFirst())
                .isEqualTo("# yaml-language-server: $schema=scenario.schema.json");
    }

    @Test
    void theOnesThatTheReadmePromisesAreThere() throws IOException {
        assertThat(shipped().map(file -> file.getFileName().toString()))
                .contains(
                        "1x8-tp8.yaml",
                        "2x8-tp8-pp2.yaml",
                        "2x8-tp16.yaml",
                        "shapes.yaml",
                        "smoke-1x1.yaml",
                        "local-1x2-tp2.yaml",
                        "attach.yaml");
    }

    @Test
    void shapesAreThreeRuns() {
        List<Scenario> shapes = Loads.loaded(SCENARIOS.resolve("shapes.yaml")).scenarios();
        assertThat(shapes)
                .extracting(Scenario::name)
                .containsExactly("shapes.1x8-tp8", "shapes.2x8-tp8-pp2", "shapes.2x8-tp16");
        assertThat(shapes)
                .extracting(s -> s.cluster().gpus() + " " + s.engine().orElseThrow().parallelism())
                .containsExactly("8 TP8 PP1", "16 TP8 PP2", "16 TP16 PP1");
    }
}
