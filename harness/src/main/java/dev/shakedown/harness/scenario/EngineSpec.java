package dev.shakedown.harness.scenario;

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
 */
public record EngineSpec(
        String model,
        Optional<String> servedModelName,
        Optional<String> quantization,
        Parallelism parallelism,
        Executor executor,
        List<String> args,
        Map<String, String> env) {

    /** The generated model's name in a scenario. */
    public static final String BUILTIN_TINY = "builtin:tiny";

    private static final Pattern SECRET =
            Pattern.compile("(?i)(?:.*_)?(?:TOKEN|KEY|SECRET|PASSWORD)");

    /** Whether an environment variable of this name holds a secret, as far as its name tells. */
    public static boolean isSecret(String variable) {
        return SECRET.matcher(variable).matches();
    }

    public EngineSpec {
        args = List.copyOf(args);
        env = Map.copyOf(env);
    }

    /** Who starts vLLM's ranks. */
    public enum Executor {
        /** Ray actors, on one or many nodes. */
        RAY,
        /** vLLM's own processes. */
        MP
    }
}
