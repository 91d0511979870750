package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The resolved scenario that {@code run.json} keeps. */
class ResolvedTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @TempDir Path folder;

    static Stream<Path> shipped() throws IOException {
        return ShippedScenariosTest.shipped();
    }

    static Stream<Named<Path>> good() throws IOException {
        return CorpusTest.good();
    }

    @ParameterizedTest
    @MethodSource({"shipped", "good"})
    void isAScenarioFileThatLoadsToTheSame(Path file) {
        for (Scenario scenario : Loads.loaded(file).scenarios()) {
            Path again = Loads.write(folder, JSON.writeValueAsString(scenario.resolved()));
            Scenario reloaded = Loads.one(again);
            assertThat(reloaded.resolved()).isEqualTo(scenario.resolved());
            assertThat(List.of(reloaded.limits(), reloaded.slo(), reloaded.deadlines()))
                    .isEqualTo(List.of(scenario.limits(), scenario.slo(), scenario.deadlines()));
            assertThat(reloaded.load()).isEqualTo(scenario.load());
            assertThat(reloaded.engine()).isEqualTo(scenario.engine());
            assertThat(reloaded.smoke()).isEqualTo(scenario.smoke());
            assertThat(reloaded.attach()).isEqualTo(scenario.attach());
        }
    }

    @Test
    void holdsTheKeyFilesPathAndNotTheKey() throws IOException {
        Files.writeString(folder.resolve("key.txt"), "sk-very-secret\n");
        Path file = Loads.write(folder, attachWith("apiKeyFile: key.txt"));
        Scenario scenario = Loads.one(file);
        assertThat(scenario.attach().orElseThrow().apiKeyFile())
                .contains(folder.resolve("key.txt"));
        assertThat(JSON.writeValueAsString(scenario.resolved()))
                .contains("key.txt")
                .doesNotContain("sk-very-secret");
        assertThat(scenario.toString()).doesNotContain("sk-very-secret");
    }

    @Test
    void emptyKeyFileIsRejected() throws IOException {
        Path key = Files.createFile(folder.resolve("key.txt"));
        assertThat(Loads.problems(Loads.write(folder, attachWith("apiKeyFile: key.txt"))))
                .containsExactly(
                        "s.yaml:4:57: attach.apiKeyFile: %s is empty; put the key on its first line"
                                .formatted(key));
    }

    @Test
    void defaultsAreThoseOfTheSchema() throws IOException {
        Path file =
                Loads.write(
                        folder,
                        """
                        schemaVersion: 1
                        name: s
                        question: Which defaults?
                        cluster: { provider: local, nodes: 1, gpusPerNode: 1 }
                        engine: { model: m }
                        load: { arrivals: { closedLoop: 1 }, prompts: { inputTokens: 1, outputTokens: 1 }, duration: 1s }
                        """);
        JsonNode schema =
                JSON.readTree(
                        Files.readString(
                                ShippedScenariosTest.SCENARIOS.resolve("scenario.schema.json")));
        Map<String, Object> resolved = Loads.one(file).resolved();
        int compared = compareDefaults(schema, schema, JSON.valueToTree(resolved));
        assertThat(compared).isGreaterThan(20);
    }

    /** Every {@code default} of the schema against the resolved value in its place. */
    private static int compareDefaults(JsonNode root, JsonNode schema, JsonNode resolved) {
        JsonNode target = target(root, schema);
        int compared = 0;
        for (Map.Entry<String, JsonNode> property : target.path("properties").properties()) {
            JsonNode value = resolved.path(property.getKey());
            JsonNode usual = property.getValue().path("default");
            if (!usual.isMissingNode() && !value.isMissingNode()) {
                assertThat(normal(value)).as(property.getKey()).isEqualTo(normal(usual));
                compared++;
            }
            compared += compareDefaults(root, property.getValue(), value);
        }
        for (JsonNode choice : target.path("oneOf")) {
            compared += compareDefaults(root, choice, resolved);
        }
        return compared;
    }

    private static JsonNode target(JsonNode root, JsonNode schema) {
        String reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : root.at(reference.substring(1));
    }

    private static String normal(JsonNode value) {
        return value.isString()
                ? Quantity.duration(value.asString())
                        .value()
                        .map(Quantity::text)
                        .orElse(value.asString())
                : value.toString();
    }

    private static String attachWith(String line) {
        return """
        schemaVersion: 1
        name: s
        question: Who answers?
        attach: { baseUrl: "http://127.0.0.1:8000", %s }
        cluster: { provider: attach, nodes: 1, gpusPerNode: 1 }
        """
                .formatted(line);
    }
}
