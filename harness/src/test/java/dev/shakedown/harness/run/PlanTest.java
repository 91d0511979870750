package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plans of all shipped scenarios that name nothing of the machine the test runs on. */
class PlanTest {
    private static final Path GOLDEN =
            Path.of("src/test/resources/dev/shakedown/harness/run/plans.txt");

    @TempDir private Path cache;

    @Test
    void simulatedScenariosPlanWhatTheGoldenFileSays() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Scenario scenario : simulated()) {
            lines.addAll(Plan.of(scenario, cache).stream().map(this::anywhere).toList());
            lines.add("");
        }

        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.write(GOLDEN, lines);
        }
        assertThat(lines).isNotEmpty().isEqualTo(Files.readAllLines(GOLDEN));
    }

    @Test
    void aVirtualClockHasNothingToStart() {
        Scenario virtual =
                RunScenarios.of(
                        cache,
                        """
                        schemaVersion: 1
                        name: virtual
                        question: What would be started?
                        cluster: { provider: simulated, nodes: 1, gpusPerNode: 1, clock: virtual }
                        engine: { model: m }
                        load:
                          arrivals: { poisson: 1/s }
                          prompts: { inputTokens: 10, outputTokens: 10 }
                          duration: 30s
                        """);
        assertThat(Plan.of(virtual, cache)).isNotEmpty().allMatch(line -> line.startsWith("#"));
    }

    @Test
    void whatReadsTheGpusIsNamed() {
        Scenario attached =
                RunScenarios.of(
                        cache,
                        """
                        schemaVersion: 1
                        name: attached
                        question: What would be read?
                        cluster: { provider: attach, nodes: 1, gpusPerNode: 1, dcgmExporter: 9400 }
                        attach: { baseUrl: "http://h:8000" }
                        load:
                          arrivals: { poisson: 1/s }
                          prompts: { inputTokens: 10, outputTokens: 10 }
                          duration: 30s
                        """);
        assertThat(Plan.of(attached, cache))
                .contains("# GPUs, beside the load: dcgm-exporter, port 9400 of every node");
    }

    @Test
    void jobCanBeSubmittedFromTheFolderThatThePlanNames() {
        List<String> lines = Plan.of(RunScenarios.withSmoke(cache), cache);

        assertThat(cache.resolve("jobs")).isDirectoryRecursivelyContaining("glob:**/pi_job.py");
        assertThat(lines).filteredOn(line -> line.startsWith("ray job submit")).hasSize(1);
    }

    private String anywhere(String line) {
        return line.replace(cache.toString(), "CACHE")
                .replaceAll("(pi|fabric)-[0-9a-f]{8}", "$1-HASH");
    }

    private static List<Scenario> simulated() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "scenarios"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(file -> (ScenarioFile.Loaded) ScenarioLoader.load(file, List.of()))
                    .flatMap(loaded -> loaded.scenarios().stream())
                    .filter(Scenario::simulated)
                    .toList();
        }
    }
}
