package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.scenario.EngineSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Gets a model onto this machine before anything starts: made, found, or downloaded. */
final class ModelFiles {
    private static final String DOWNLOAD =
            """
            import sys
            from huggingface_hub import snapshot_download
            try:
                path = snapshot_download(sys.argv[1], local_files_only=True)
            except Exception:
                path = snapshot_download(sys.argv[1])
            print(path)
            """;

    private final TinyModel tiny;
    private final Duration limit;

    ModelFiles(Path cache, Duration limit) {
        this.tiny = new TinyModel(cache);
        this.limit = limit;
    }

    /** What {@code vllm serve} is given, whether it is there already or not. */
    String name(String model) {
        return model.equals(EngineSpec.BUILTIN_TINY) ? tiny.folder().toString() : model;
    }

    void provide(String model, PythonEnvironment python, Progress progress) {
        if (model.equals(EngineSpec.BUILTIN_TINY)) {
            tiny.make(python, progress);
        } else if (!Files.isDirectory(Path.of(model))) {
            download(model, python, progress);
        }
    }

    private void download(String model, PythonEnvironment python, Progress progress) {
        progress.say("Looking for " + model + " in the model cache, else downloading it");
        HostCommand.Result result =
                new HostCommand(
                                List.of(python.interpreter().toString(), "-c", DOWNLOAD, model),
                                Map.of("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
                                limit)
                        .run()
                        .orElseThrow(
                                () ->
                                        new StepFailedException(
                                                "no Python at " + python.interpreter(),
                                                "",
                                                List.of(),
                                                ""));
        if (!result.ok()) {
            throw new StepFailedException(
                    "the model " + model + " is not in the cache and could not be downloaded",
                    "",
                    result.tail(5),
                    "check its name, the network and HF_TOKEN, or give a folder as engine.model");
        }
    }
}
