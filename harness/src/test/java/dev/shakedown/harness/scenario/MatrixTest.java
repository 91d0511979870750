package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a matrix makes of one file; its mistakes are in the corpus. */
class MatrixTest {
    private static final String BASE =
            """
            schemaVersion: 1
            name: s
            question: Does it hold?
            cluster: { provider: simulated, nodes: 1, gpusPerNode: 8 }
            engine: { model: m, tensorParallel: 8 }
            load:
              arrivals: { poisson: 25/s }
              prompts: { inputTokens: 100, outputTokens: 10 }
              duration: 30s
            """;

    @TempDir Path folder;

    @Test
    void mapOfListsIsEveryCombinationInTheFilesOrder() {
        assertThat(
                        names(
                                "matrix:\n  engine.executor: [ray, mp]\n  load.arrivals.poisson: [5/s, 25/s]\n"))
                .containsExactly(
                        "s.executor-ray-poisson-5-per-s",
                        "s.executor-ray-poisson-25-per-s",
                        "s.executor-mp-poisson-5-per-s",
                        "s.executor-mp-poisson-25-per-s");
    }

    @Test
    void listOfMapsIsOneVariantEach() {
        assertThat(
                        names(
                                "matrix:\n  - { name: small, load.duration: 10s }\n"
                                        + "  - { load.arrivals.closedLoop: 3, load.prompts.inputTokens: { uniform: { min: 1, max: 2 } } }\n"))
                .containsExactly("s.small", "s.closedLoop-3-inputTokens-uniform-min-1-max-2");
    }

    @Test
    void derivedNameIsSafeAsAFileName() {
        assertThat(names("matrix:\n  engine.args: [[--a=/x y], [--b=ä, '..']]\n"))
                .allMatch(name -> name.matches("[A-Za-z0-9][A-Za-z0-9._-]*"));
    }

    @Test
    void lawBrokenByAVariantPointsIntoTheMatrix() {
        assertThat(
                        Loads.problems(
                                Loads.write(
                                        folder,
                                        BASE
                                                + "matrix:\n  - { cluster.nodes: 2 }\n  - { cluster.gpusPerNode: 4 }\n")))
                .containsExactly(
                        "s.yaml:12:28: tensorParallel 8 x pipelineParallel 1 x dataParallel 1 = 8 GPUs, but nodes 1 x gpusPerNode 4 = 4; lower the split or raise the shape");
    }

    @Test
    void wrongValueInAVariantIsReportedOnceAtItsLine() {
        assertThat(
                        Loads.problems(
                                Loads.write(
                                        folder,
                                        BASE
                                                + "matrix:\n  load.duration: [30s, 5]\n  engine.executor: [ray, mp]\n")))
                .containsExactly("s.yaml:11:24: load.duration: 5 has no unit; write 5s");
    }

    @Test
    void nullInAVariantRemovesTheKey() {
        Path file =
                Loads.write(
                        folder,
                        BASE + "matrix:\n  - { name: with }\n  - { name: without, load: null }\n");
        assertThat(Loads.loaded(file).scenarios())
                .extracting(scenario -> scenario.load().isPresent())
                .containsExactly(true, false);
    }

    private List<String> names(String matrix) {
        return Loads.loaded(Loads.write(folder, BASE + matrix)).scenarios().stream()
                .map(Scenario::name)
                .toList();
    }
}
