package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.local.PythonEnvironments;
import dev.shakedown.harness.scenario.LocalSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A Python that has one version of Ray: the pinned one of {@code managed-cpu}, any other in a
 * folder of its own in the user's cache, kept between test runs.
 */
public final class RayPython {
    private RayPython() {}

    /** The folder that holds {@code python} and {@code ray}. */
    public static Path bin(String rayVersion) throws IOException, InterruptedException {
        if (rayVersion.equals(RealRay.PINNED)) {
            return PythonEnvironments.ofUser()
                    .provide(LocalSpec.MANAGED_CPU, Progress.SILENT)
                    .bin();
        }
        Path venv = cache().resolve("test-ray-" + rayVersion);
        Files.createDirectories(venv.getParent());
        Path lockFile = venv.resolveSibling(venv.getFileName() + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(venv.resolve(".complete"))) {
                install(venv, rayVersion);
            }
        }
        return venv.resolve("bin");
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("SHAKEDOWN_CACHE"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "shakedown"));
    }

    private static void install(Path venv, String rayVersion)
            throws IOException, InterruptedException {
        run(List.of("python3", "-m", "venv", "--clear", venv.toString()));
        run(
                List.of(
                        venv.resolve("bin/python").toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "ray[default]==" + rayVersion));
        Files.createFile(venv.resolve(".complete"));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IllegalStateException(command + " ended with " + status);
        }
    }
}
