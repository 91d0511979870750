package dev.shakedown.harness.scenario;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code engine}. */
final class EngineReader {
    private static final int MOST_PARALLEL = 100_000;
    private static final Pattern SECRET_FLAG =
            Pattern.compile("--(?:api|hf)[-_](?:key|token)(?:=.*)?");

    private final Path folder;

    EngineReader(Path folder) {
        this.folder = folder;
    }

    EngineSpec read(Fields fields) {
        Map<String, EngineSpec.Executor> executors = new LinkedHashMap<>();
        executors.put("ray", EngineSpec.Executor.RAY);
        executors.put("mp", EngineSpec.Executor.MP);
        EngineSpec engine =
                new EngineSpec(
                        fields.required("model", "meta-llama/Llama-3.1-8B-Instruct")
                                .flatMap(value -> value.nameOrPath(folder))
                                .orElse(""),
                        fields.optional("servedModelName").flatMap(Value::text),
                        fields.optional("quantization").flatMap(Value::text),
                        new Parallelism(
                                parallel(fields, "tensorParallel"),
                                parallel(fields, "pipelineParallel"),
                                parallel(fields, "dataParallel")),
                        fields.optional("executor")
                                .flatMap(value -> value.oneOf(executors, List.of()))
                                .orElse(EngineSpec.Executor.RAY),
                        fields.optional("args")
                                .flatMap(Value::list)
                                .map(EngineReader::args)
                                .orElse(List.of()),
                        fields.optional("env")
                                .flatMap(Value::map)
                                .map(EngineReader::env)
                                .orElse(Map.of()),
                        fields.optional("hfTokenFile").flatMap(value -> value.secretFile(folder)));
        Optional<String> cache = fields.optional("modelCache").flatMap(EngineReader::cache);
        fields.end();
        return cache.map(engine::withModelCache).orElse(engine);
    }

    private static Optional<String> cache(Value value) {
        return value.text()
                .flatMap(
                        path ->
                                path.startsWith("/")
                                        ? Optional.of(path)
                                        : value.wrong(
                                                "\"%s\" is no path on the hosts; write an absolute one"
                                                        .formatted(Words.shorten(path))));
    }

    private static int parallel(Fields fields, String key) {
        return fields.optional(key).flatMap(value -> value.count(1, MOST_PARALLEL)).orElse(1);
    }

    private static List<String> args(List<Value> values) {
        return values.stream().flatMap(value -> arg(value).stream()).toList();
    }

    private static Optional<String> arg(Value value) {
        return value.looseText()
                .flatMap(
                        text ->
                                SECRET_FLAG.matcher(text).matches()
                                        ? value.wrong(
                                                "a key among the arguments is in every process list; leave it out, and set HF_TOKEN where Shakedown starts")
                                        : Optional.of(text));
    }

    private static Map<String, String> env(Fields fields) {
        Map<String, String> env = new LinkedHashMap<>();
        for (String key : fields.keys()) {
            Optional<String> text = fields.optional(key).flatMap(Value::looseText);
            if (!key.matches("[A-Za-z_][A-Za-z0-9_]*")) {
                fields.complain(
                        key, "cannot name an environment variable; use letters, digits and _");
            }
            if (EngineSpec.isSecret(key)) {
                fields.complain(
                        key,
                        "holds a secret, which a run's files would show; set it where Shakedown starts");
            }
            text.ifPresent(value -> env.put(key, value));
        }
        return env;
    }
}
