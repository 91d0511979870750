package dev.shakedown.harness.scenario;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The engine to start.
 *
 * @param model repository, path, or {@code builtin:tiny} (two layers with random weights that
 *     Shakedown makes)
 * @param args further {@code vllm serve} arguments, in order
 * @param env set for the engine and, on Ray, where Ray starts
 * @param hfTokenFile on this machine; its first line may read the repository
 */
public record EngineSpec(
        String model,
        Optional<String> servedModelName,
        Optional<String> quantization,
        Parallelism parallelism,
        Executor executor,
        List<String> args,
        Map<String, String> env,
        Optional<Path> hfTokenFile) {

    /** The generated model's name in a scenario. */
    public static final String BUILTIN_TINY = "builtin:tiny";

    /** Where huggingface_hub keeps repositories, as a variable of {@code env}. */
    public static final String MODEL_CACHE = "HF_HUB_CACHE";

    private static final Pattern SECRET =
            Pattern.compile("(?i)(?:.*_)?(?:TOKEN|KEY|SECRET|PASSWORD)");

    /** Whether {@code model} names a repository of the hub, not a folder or the generated one. */
    public boolean fromHub() {
        return !model.startsWith("/") && !model.equals(BUILTIN_TINY);
    }

    /**
     * What {@code hfTokenFile} holds on its first line.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public Optional<String> hubToken() {
        return hfTokenFile.map(SecretFile::firstLine);
    }

    /** Whether an environment variable of this name holds a secret, as far as its name tells. */
    public static boolean isSecret(String variable) {
        return SECRET.matcher(variable).matches();
    }

    public EngineSpec {
        args = List.copyOf(args);
        env = Map.copyOf(env);
    }

    /** With this folder on the hosts as the cache of repositories. */
    EngineSpec withModelCache(String folder) {
        Map<String, String> more = new HashMap<>(env);
        more.put(MODEL_CACHE, folder);
        return new EngineSpec(
                model,
                servedModelName,
                quantization,
                parallelism,
                executor,
                args,
                more,
                hfTokenFile);
    }

    /** Who starts vLLM's ranks. */
    public enum Executor {
        /** Ray actors, on one or many nodes. */
        RAY,
        /** vLLM's own processes. */
        MP
    }
}
