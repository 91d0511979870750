package dev.shakedown.harness.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Loader and JSON Schema against each other on files that are right and files that are wrong, one a
 * kind of mistake. {@code -Dgolden.update=true} writes the {@code .problems} files anew.
 */
class CorpusTest {
    private static final Path CORPUS = Path.of("src", "test", "resources", "corpus");
    private static final Path SCHEMA =
            ShippedScenariosTest.SCENARIOS.resolve("scenario.schema.json");

    /** Right for the schema and wrong for the loader: what a JSON Schema cannot say. */
    private static final Set<String> BEYOND_A_SCHEMA =
            Set.of(
                    // Relations between numbers.
                    "clock",
                    "clock-of-a-real-cluster",
                    "attach-replicas-twice",
                    "dcgm-of-a-simulated-cluster",
                    "faults-of-a-real-cluster",
                    "split-larger-than-shape",
                    "split-with-replicas-larger-than-shape",
                    "heads-not-divisible",
                    "heads-fewer-than-tensor-parallel",
                    "layers-fewer-than-stages",
                    "tokens-lognormal-reversed",
                    "tokens-of-no-trace",
                    "tokens-uniform-reversed",
                    "shared-prefix-is-the-whole-prompt",
                    "sessions-found-by-rate",
                    "sessions-reversed",
                    "local-cpus-reversed",
                    "ssh-fewer-hosts-than-nodes",
                    "ssh-gpus-not-as-many",
                    "hf-token-file-without-ssh",
                    "load-from-head-simulated",
                    "load-from-head-attached",
                    "load-from-node-simulated",
                    "load-from-pod-on-ssh",
                    "calibration-on-the-cluster",
                    "calibration-on-a-virtual-clock",
                    "ssh-container-without-model-cache",
                    "ssh-container-with-a-python",
                    "ssh-container-mount-twice",
                    "ssh-container-model-with-a-comma",
                    "ssh-container-cache-with-a-colon",
                    // The size of a number inside a text.
                    "duration-too-long",
                    "rate-too-high",
                    // Files that must exist.
                    "arrivals-trace-not-there",
                    "attach-ca-file-not-there",
                    "attach-key-file-not-there",
                    "local-python-not-there",
                    "kuberay-patch-not-there",
                    "kuberay-existing-load-from-pod",
                    "kuberay-chart-not-there",
                    // What YAML is before it becomes JSON.
                    "yaml-alias",
                    "yaml-control-character",
                    "yaml-duplicate-key",
                    "yaml-tag",
                    // What a path in a matrix leads to.
                    "matrix-impossible-variant",
                    "matrix-same-names",
                    "matrix-too-many-variants",
                    "matrix-unknown-path");

    /** Not YAML at all, so there is nothing to hold against the schema. */
    private static final Set<String> NOT_YAML =
            Set.of("yaml-broken", "yaml-tab", "yaml-list-as-key", "yaml-second-document");

    /** Wrong for Jackson's YAML only: it reads YAML 1.2's {@code 0x1} and {@code 0o10} as text. */
    private static final Set<String> BEYOND_JACKSON = Set.of("core-schema-numbers");

    private static final Schema schema = schema();

    static Stream<Named<Path>> good() throws IOException {
        return corpus("good");
    }

    static Stream<Named<Path>> bad() throws IOException {
        return corpus("bad");
    }

    static Stream<Path> shipped() throws IOException {
        return ShippedScenariosTest.shipped();
    }

    @ParameterizedTest
    @MethodSource("good")
    void rightFileLoadsAndFitsTheSchema(Path file) throws IOException {
        assertThat(Loads.loaded(file).scenarios()).isNotEmpty();
        if (!BEYOND_JACKSON.contains(stem(file))) {
            assertThat(errors(file)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("shipped")
    void shippedFileFitsTheSchema(Path file) throws IOException {
        assertThat(errors(file)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void wrongFileIsRejectedWithItsProblems(Path file) throws IOException {
        List<String> problems = Loads.problems(file);
        Path expected = file.resolveSibling(stem(file) + ".problems");
        if (Boolean.getBoolean("golden.update")) {
            Files.write(expected, problems);
        }
        assertThat(problems).isEqualTo(Files.readAllLines(expected));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void wrongFileFailsTheSchemaToo(Path file) throws IOException {
        if (NOT_YAML.contains(stem(file))) {
            return;
        }
        assertThat(errors(file).isEmpty())
                .as("the schema takes it: %s", errors(file))
                .isEqualTo(BEYOND_A_SCHEMA.contains(stem(file)));
    }

    @Test
    void theSchemaIsItselfASchema() throws IOException {
        JsonNode node = JsonMapper.shared().readTree(Files.readString(SCHEMA));
        Schema metaSchema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(
                                SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(metaSchema.validate(node)).isEmpty();
    }

    private static List<String> errors(Path file) throws IOException {
        JsonNode node = new YAMLMapper().readTree(Files.readString(file));
        return schema.validate(node).stream().map(Object::toString).toList();
    }

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(JsonMapper.shared().readTree(Files.readString(SCHEMA)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Named<Path>> corpus(String kind) throws IOException {
        try (Stream<Path> files = Files.list(CORPUS.resolve(kind))) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(file -> Named.of(stem(file), file))
                    .toList()
                    .stream();
        }
    }

    private static String stem(Path file) {
        return file.getFileName().toString().replace(".yaml", "");
    }
}
