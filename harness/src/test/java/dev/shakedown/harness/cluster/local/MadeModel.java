package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.scenario.LocalSpec;
import java.nio.file.Path;

/** {@code builtin:tiny} on disk, for tests that start a vLLM themselves. */
public final class MadeModel {
    private MadeModel() {}

    /** Its folder, in the user's cache. */
    public static Path tiny() {
        PythonEnvironments environments = PythonEnvironments.ofUser();
        PythonEnvironment python = environments.provide(LocalSpec.MANAGED_CPU, Progress.SILENT);
        TinyModel model = new TinyModel(environments.cache());
        model.make(python, Progress.SILENT);
        return model.folder();
    }
}
