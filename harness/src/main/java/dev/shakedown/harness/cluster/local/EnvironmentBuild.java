package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes one environment in a folder that nobody else touches meanwhile. What a killed build left is
 * thrown away: uv keeps its downloads, so the second attempt is quick.
 */
final class EnvironmentBuild {
    /** Ray, vLLM and the CUDA libraries that torch brings, unpacked and compiled. */
    static final double NEEDED_GB = 7.0;

    private static final Duration LIMIT = Duration.ofMinutes(40);
    private static final Duration SHORT = Duration.ofMinutes(5);
    private static final Pattern DOWNLOAD = Pattern.compile("^ *(Downloading|Downloaded) (\\S+).*");
    private static final Pattern STAGE =
            Pattern.compile("^ *(Resolved|Prepared|Installed|Bytecode compiled) .*");

    private final EnvironmentRecipe recipe;
    private final Path folder;
    private final Progress progress;

    EnvironmentBuild(EnvironmentRecipe recipe, Path folder, Progress progress) {
        this.recipe = recipe;
        this.folder = folder;
        this.progress = progress;
    }

    void make(String basePython) throws IOException {
        Folders.delete(folder);
        Folders.requireFree(folder, NEEDED_GB, recipe.name());
        progress.say(
                "Making the Python environment %s (%s) in %s, once"
                        .formatted(recipe.name(), recipe.packages(), folder));
        Files.createDirectories(folder);
        step("python venv", SHORT, List.of(basePython, "-m", "venv", folder.toString()));
        Path locks = Files.createDirectories(folder.resolve("locks"));
        Path uvLock = write(locks.resolve("uv.lock.txt"), EnvironmentRecipe.UV_LOCK);
        Path lock = write(locks.resolve("lock.txt"), recipe.lock());
        step(
                "pip install uv",
                SHORT,
                List.of(
                        bin("python"),
                        "-m",
                        "pip",
                        "--disable-pip-version-check",
                        "install",
                        "-q",
                        "--require-hashes",
                        "-r",
                        uvLock.toString()));
        step(
                "uv pip install",
                LIMIT,
                List.of(
                        bin("uv"),
                        "pip",
                        "install",
                        "--python",
                        bin("python"),
                        "--require-hashes",
                        "--no-deps",
                        "--compile-bytecode",
                        "-r",
                        lock.toString()));
        copyShims();
    }

    private void copyShims() throws IOException {
        if (recipe.shims().isEmpty()) {
            return;
        }
        HostCommand.Result where =
                step(
                        "find site-packages",
                        SHORT,
                        List.of(
                                bin("python"),
                                "-c",
                                "import sysconfig; print(sysconfig.get_paths()['purelib'])"));
        Path site = Path.of(where.lines().getLast());
        for (String shim : recipe.shims()) {
            Path target = site.resolve(shim.substring(shim.indexOf('/') + 1));
            Files.createDirectories(target.resolve("..").normalize());
            write(target, shim);
        }
    }

    private HostCommand.Result step(String name, Duration limit, List<String> argv) {
        // A user's own setting could send uv or pip into another environment.
        Map<String, String> env =
                Map.of("VIRTUAL_ENV", folder.toString(), "PYTHONNOUSERSITE", "1", "NO_COLOR", "1");
        AtomicInteger begun = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        HostCommand.Result result =
                new HostCommand(argv, env, limit)
                        .run(line -> show(line, begun, done), this::noteInstaller)
                        .orElseThrow(
                                () -> failed(name, List.of("no such program: " + argv.getFirst())));
        if (!result.ok()) {
            throw failed(name, result.tail(12));
        }
        return result;
    }

    private void noteInstaller(ProcessHandle installer) {
        Installer.note(folder, installer);
    }

    private void show(String line, AtomicInteger begun, AtomicInteger done) {
        Matcher download = DOWNLOAD.matcher(line);
        if (download.matches()) {
            boolean begins = download.group(1).equals("Downloading");
            (begins ? begun : done).incrementAndGet();
            progress.bar(
                    recipe.name() + " downloads", done.get() / (double) Math.max(1, begun.get()));
            if (!begins && done.get() % 10 == 0) {
                progress.say(
                        "%s: %d large packages downloaded".formatted(recipe.name(), done.get()));
            }
        } else if (STAGE.matcher(line).matches()) {
            progress.say(recipe.name() + ": " + line.strip());
        }
    }

    private StepFailedException failed(String step, List<String> tail) {
        List<String> evidence = new ArrayList<>(tail);
        return new StepFailedException(
                "the Python environment %s could not be made: %s failed"
                        .formatted(recipe.name(), step),
                "",
                evidence,
                Advice.after(String.join("\n", tail)));
    }

    private Path write(Path target, String resource) throws IOException {
        return Files.writeString(target, EnvironmentRecipe.resource(resource));
    }

    private String bin(String program) {
        return folder.resolve("bin").resolve(program).toString();
    }
}
