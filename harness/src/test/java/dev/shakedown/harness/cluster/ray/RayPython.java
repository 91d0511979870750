package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.local.PythonEnvironments;
import dev.shakedown.harness.scenario.LocalSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
        String name = "test-ray-" + rayVersion;
        Path venv = CachedFolder.place(name);
        String python = venv.resolve("bin/python").toString();
        return CachedFolder.of(
                        name,
                        List.of(
                                List.of("python3", "-m", "venv", "--clear", venv.toString()),
                                List.of(
                                        python,
                                        "-m",
                                        "pip",
                                        "install",
                                        "--quiet",
                                        "ray[default]==" + rayVersion)))
                .resolve("bin");
    }
}
