package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the top level of a scenario and leaves each block to its own reader. */
final class ScenarioReader {
    private static final long SCHEMA_VERSION = 1;

    private final Path file;
    private final Problems problems;
    private final Problems warnings;

    ScenarioReader(Path file, Problems problems, Problems warnings) {
        this.file = file;
        this.problems = problems;
        this.warnings = warnings;
    }

    /** Empty if anything was wrong, here or before. */
    Optional<Scenario> read(Matrix.Variant variant) {
        Fields top = new Fields("", variant.root(), problems);
        if (!top.isOfVersion(SCHEMA_VERSION)) {
            // Another version has other keys; their complaints would mislead.
            return Optional.empty();
        }
        Draft draft = draft(top);
        // Already expanded; named here so that a misspelt one is recognised.
        Optional<Value> _ = top.optional("matrix");
        top.end();
        new Laws(variant.root(), problems, warnings).check(draft);
        return problems.none()
                ? Optional.of(draft.scenario(variant.suffix(), file))
                : Optional.empty();
    }

    private Draft draft(Fields top) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
        Deadlines deadlines =
                top.optional("deadlines")
                        .flatMap(Value::map)
                        .map(ScenarioReader::deadlines)
                        .orElse(Deadlines.DEFAULT);
        return new Draft(
                top.required("name", "my-scenario").flatMap(Value::name).orElse(""),
                top.question(),
                new ClusterReader(folder, warnings).read(top),
                top.optional("engine").flatMap(Value::map).map(new EngineReader(folder)::read),
                SmokeReader.read(top),
                top.optional("load")
                        .flatMap(Value::map)
                        .map(load -> new LoadReader(folder).read(load, deadlines.drain())),
                top.optional("limits")
                        .flatMap(Value::map)
                        .map(LimitsReader::read)
                        .orElse(List.of()),
                top.optional("expect").flatMap(Value::map).flatMap(ScenarioReader::transport),
                top.optional("slo").flatMap(Value::map).map(ScenarioReader::slo).orElse(Map.of()),
                deadlines);
    }

    private static Optional<String> transport(Fields expect) {
        Optional<String> transport = expect.optional("transport").flatMap(Value::text);
        expect.end();
        return transport;
    }

    private static Map<String, Duration> slo(Fields slo) {
        Map<String, Duration> bounds = new LinkedHashMap<>();
        Stream.of("ttft", "tpot", "e2e")
                .forEach(
                        key ->
                                slo.optional(key)
                                        .flatMap(Value::positiveDuration)
                                        .ifPresent(bound -> bounds.put(key, bound)));
        slo.end();
        return bounds;
    }

    private static Deadlines deadlines(Fields fields) {
        Deadlines usual = Deadlines.DEFAULT;
        Deadlines deadlines =
                new Deadlines(
                        deadline(fields, "modelReady", usual.modelReady()),
                        deadline(fields, "clusterUp", usual.clusterUp()),
                        deadline(fields, "smoke", usual.smoke()),
                        deadline(fields, "fabric", usual.fabric()),
                        deadline(fields, "engineUp", usual.engineUp()),
                        deadline(fields, "engineSilence", usual.engineSilence()),
                        deadline(fields, "drain", usual.drain()));
        fields.end();
        return deadlines;
    }

    private static Duration deadline(Fields fields, String step, Duration usual) {
        return fields.optional(step).flatMap(Value::positiveDuration).orElse(usual);
    }
}
