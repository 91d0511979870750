package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/** The model {@code builtin:tiny}: configuration and tokenizer, made once into the cache. */
public final class TinyModel {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String SCRIPT = "tiny_model.py";

    private final Path cache;

    TinyModel(Path cache) {
        this.cache = cache;
    }

    /** The folder's name, which changes with the recipe. */
    public static String name() {
        CRC32 sum = new CRC32();
        sum.update(script().getBytes(StandardCharsets.UTF_8));
        return "tiny-%08x".formatted(sum.getValue());
    }

    /** A Python program that makes the model in the folder that is its argument. */
    public static String script() {
        return EnvironmentRecipe.resource(SCRIPT);
    }

    /** Where it is or will be. */
    Path folder() {
        return cache.resolve("models").resolve(name());
    }

    Path make(PythonEnvironment python, Progress progress) {
        Path folder = folder();
        Path stamp = folder.resolve("generation_config.json");
        if (Files.exists(stamp)) {
            return folder;
        }
        Path lockFile = folder.resolveSibling(folder.getFileName() + ".lock");
        try (BuildLock _ = BuildLock.take(lockFile, "builtin:tiny", LIMIT, progress)) {
            if (!Files.exists(stamp)) {
                generate(python, folder);
            }
            return folder;
        } catch (IOException e) {
            throw new StepFailedException(
                    "builtin:tiny could not be made: " + e.getMessage(), "", List.of(), "");
        }
    }

    private static void generate(PythonEnvironment python, Path folder) {
        HostCommand.Result result =
                new HostCommand(
                                List.of(
                                        python.interpreter().toString(),
                                        "-c",
                                        script(),
                                        folder.toString()),
                                Map.of(),
                                LIMIT)
                        .run()
                        .orElseThrow(
                                () ->
                                        new StepFailedException(
                                                "builtin:tiny could not be made: no Python at "
                                                        + python.interpreter(),
                                                "",
                                                List.of(),
                                                ""));
        if (!result.ok()) {
            throw new StepFailedException(
                    "builtin:tiny could not be made", "", result.tail(10), "");
        }
    }
}
