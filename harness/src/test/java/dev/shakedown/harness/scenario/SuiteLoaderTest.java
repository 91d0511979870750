package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

class SuiteLoaderTest {
    private static final List<String> METRICS = List.of("tpot.p50", "ttft.p99", "outputTokens/s");
    private static final Path SUITES = ShippedScenariosTest.SCENARIOS.resolve("nightly");
    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: one
            question: Does it hold?
            cluster: { provider: simulated, nodes: 1, gpusPerNode: 8 }
            engine: { model: builtin:tiny, args: [--max-model-len=512] }
            load:
              arrivals: { poisson: 25/s }
              prompts: { inputTokens: 100, outputTokens: 10, seed: 7 }
              duration: 30s
            """;

    @TempDir private Path folder;

    @BeforeEach
    void writeScenario() throws IOException {
        Files.writeString(folder.resolve("one.yaml"), SCENARIO);
    }

    @Test
    void armsChangeTheScenarioAndBothGetWhatTheSuiteSets() throws IOException {
        Suite suite =
                loaded(
                        """
                        schemaVersion: 1
                        name: s
                        question: Is it as fast?
                        scenarios: [one.yaml]
                        set: { cluster.clock: virtual }
                        baseline: { name: old, set: { engine.env.X: "1" } }
                        candidate: { name: new, set: { engine.args: [--max-num-seqs=8] } }
                        pairs: 8
                        control: 2
                        seeds: perPair
                        confirm: false
                        canary: false
                        deltas: { tpot.p50: 0.02, ttft.p99: { relative: 0.2, absolute: 50ms } }
                        factors: [driver]
                        """);
        assertThat(suite.compared())
                .singleElement()
                .satisfies(
                        one -> {
                            assertThat(one.name()).isEqualTo("one");
                            assertThat(one.baseline().virtualClock()).isTrue();
                            assertThat(one.candidate().virtualClock()).isTrue();
                            assertThat(one.baseline().engine().orElseThrow().env())
                                    .containsEntry("X", "1");
                            assertThat(one.candidate().engine().orElseThrow().args())
                                    .containsExactly("--max-num-seqs=8");
                        });
        assertThat(suite.candidate().sets()).containsEntry("engine.args", "[--max-num-seqs=8]");
        assertThat(List.of(suite.pairs(), suite.control())).containsExactly(8, 2);
        assertThat(suite.seeds()).isEqualTo(Suite.Seeds.PER_PAIR);
        assertThat(suite.confirm() || suite.canary()).isFalse();
        assertThat(suite.deltas())
                .containsEntry("tpot.p50", new Suite.Delta(.02, Optional.empty()))
                .containsEntry("ttft.p99", new Suite.Delta(.2, Optional.of(Duration.ofMillis(50))));
    }

    @Test
    void whatIsLeftOutIsAsUsual() throws IOException {
        Suite suite = loaded("schemaVersion: 1\nname: s\nquestion: Is it?\nscenarios: [one.yaml]");
        assertThat(suite.pairs()).isEqualTo(6);
        assertThat(suite.control()).isEqualTo(1);
        assertThat(suite.seeds()).isEqualTo(Suite.Seeds.FIXED);
        assertThat(suite.confirm() && suite.canary()).isTrue();
        assertThat(suite.compared().getFirst().baseline().resolved())
                .isEqualTo(suite.compared().getFirst().candidate().resolved());
    }

    @Test
    void anotherDrawChangesNothingButTheSeed() throws IOException {
        Scenario own = Loads.one(folder.resolve("one.yaml"));
        Scenario drawn = own.anotherDraw(92);
        assertThat(drawn.load().orElseThrow().prompts().seed()).isEqualTo(99);
        assertThat(drawn.resolved())
                .isEqualTo(
                        Loads.one(folder.resolve("one.yaml"), "load.prompts.seed=99").resolved());
    }

    @Test
    void allProblemsOfBothFilesAreNamedAtOnceWithTheirPlaces() throws IOException {
        assertThat(
                        problems(
                                """
                                schemaVersion: 1
                                name: s
                                question: Is it?
                                scenarios: [one.yaml, two.yaml]
                                candidat: {}
                                candidate: { set: { load.duration: 5s, engine.tensorParalel: 4 } }
                                pairs: none
                                seeds: perpair
                                deltas: { tpot.p5: 0.03, ttft.p99: 10 }
                                """))
                .containsExactly(
                        "s.yaml:4:23: scenarios: there is no file FOLDER/two.yaml; create it or correct the path",
                        "s.yaml:5:1: unknown key \"candidat\"; did you mean \"candidate\"?",
                        "s.yaml:6:21: load.duration: both arms must do the same work; write it under the suite's own set:",
                        "s.yaml:7:8: pairs: must be a whole number, not the text \"none\"",
                        "s.yaml:8:8: seeds: \"perpair\" is not known; did you mean \"perPair\"?",
                        "s.yaml:9:11: deltas: \"tpot.p5\" is no metric of the gate; did you mean \"tpot.p50\"?",
                        "s.yaml:9:36: deltas.ttft.p99: must be between 0 and 1, not 10",
                        "s.yaml:6:40: unknown key \"tensorParalel\" in engine; did you mean \"tensorParallel\"?");
    }

    @Test
    void theCommandLineWinsOverTheSuiteAndAnArmOverBoth() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("s.yaml"),
                        """
                        schemaVersion: 1
                        name: s
                        question: Is it?
                        scenarios: [one.yaml]
                        set: { load.duration: 20s, engine.env.X: "1" }
                        candidate: { set: { engine.env.X: "3" } }
                        """);
        List<ScenarioOverride> overrides =
                List.of(
                        ScenarioOverride.parse("load.duration=5s"),
                        ScenarioOverride.parse("engine.env.X=\"2\""));
        Suite suite = ((SuiteFile.Loaded) SuiteLoader.load(file, overrides, METRICS)).suite();
        Suite.Compared one = suite.compared().getFirst();
        assertThat(one.baseline().load().orElseThrow().duration()).isEqualTo(Duration.ofSeconds(5));
        assertThat(one.baseline().engine().orElseThrow().env()).containsEntry("X", "2");
        assertThat(one.candidate().engine().orElseThrow().env()).containsEntry("X", "3");
    }

    @Test
    void whatAMatrixSetsNoArmCanSet() throws IOException {
        Files.writeString(
                folder.resolve("one.yaml"), SCENARIO + "matrix: { engine.args: [[], [--x]] }\n");
        assertThat(
                        problems(
                                """
                                schemaVersion: 1
                                name: s
                                question: Is it?
                                scenarios: [one.yaml]
                                candidate: { set: { engine.args: [--y] } }
                                """))
                .containsExactly(
                        "s.yaml:5:21: the scenario's matrix sets engine.args in every variant; list a scenario without it");
    }

    @Test
    void aScenarioWithoutALoadHasNothingToCompare() throws IOException {
        Files.writeString(
                folder.resolve("one.yaml"), SCENARIO.substring(0, SCENARIO.indexOf("load:")));
        assertThat(problems("schemaVersion: 1\nname: s\nquestion: Is it?\nscenarios: [one.yaml]"))
                .containsExactly(
                        "s.yaml:4:13: one has no load, so there is nothing to compare; add one");
    }

    @Test
    void onlyWhatIsATimeHasAnAbsoluteDelta() throws IOException {
        assertThat(
                        problems(
                                """
                                schemaVersion: 1
                                name: s
                                question: Is it?
                                scenarios: [one.yaml]
                                deltas: { outputTokens/s: { relative: 0.1, absolute: 20ms } }
                                """))
                .containsExactly(
                        "s.yaml:5:54: deltas.outputTokens/s.absolute: is a time, and outputTokens/s is none; give relative alone");
    }

    @Test
    void scenariosOfTheSameNameCannotBeToldApart() throws IOException {
        Files.writeString(folder.resolve("two.yaml"), SCENARIO);
        assertThat(
                        problems(
                                "schemaVersion: 1\nname: s\nquestion: Is it?\nscenarios: [one.yaml, two.yaml]"))
                .containsExactly(
                        "s.yaml:4:23: another scenario of this suite is named one, too; list it once, or give this file another name:");
    }

    @Test
    void anotherVersionIsNamedAlone() throws IOException {
        assertThat(problems("schemaVersion: 2\nx: y"))
                .containsExactly(
                        "s.yaml:1:16: schemaVersion: 2 is not known; this Shakedown reads version 1");
    }

    static Stream<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.list(SUITES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedSuiteLoadsAndFitsItsSchema(Path file) throws IOException {
        SuiteFile.Loaded suite = (SuiteFile.Loaded) SuiteLoader.load(file, List.of(), METRICS);
        assertThat(suite.warnings()).isEmpty();
        assertThat(file.getFileName()).hasToString(suite.suite().name() + ".yaml");
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(
                                JsonMapper.shared()
                                        .readTree(
                                                Files.readString(
                                                        ShippedScenariosTest.SCENARIOS.resolve(
                                                                "suite.schema.json"))));
        assertThat(schema.validate(new YAMLMapper().readTree(Files.readString(file)))).isEmpty();
    }

    private Suite loaded(String text) throws IOException {
        return switch (load(text)) {
            case SuiteFile.Loaded loaded -> loaded.suite();
            case SuiteFile.Rejected rejected ->
                    throw new AssertionError("rejected: " + rejected.problems());
        };
    }

    private List<String> problems(String text) throws IOException {
        return switch (load(text)) {
            case SuiteFile.Loaded loaded -> throw new AssertionError("not rejected: " + loaded);
            case SuiteFile.Rejected rejected ->
                    rejected.problems().stream()
                            .map(
                                    problem ->
                                            problem.toString()
                                                    .replace(folder + "/s.yaml", "s.yaml")
                                                    .replace(folder.toString(), "FOLDER"))
                            .toList();
        };
    }

    private SuiteFile load(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("s.yaml"), text);
        return SuiteLoader.load(file, List.of(), METRICS);
    }
}
