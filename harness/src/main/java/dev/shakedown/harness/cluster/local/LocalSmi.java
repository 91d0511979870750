package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.gpu.NvidiaSmi;
import dev.shakedown.harness.cluster.process.ProcFs;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * This machine, whose nodes share out its first GPUs.
 *
 * @param gpus of all nodes
 */
record LocalSmi(int gpus, Duration longest) implements NvidiaSmi.Host {
    @Override
    public String name() {
        return new ProcFs().hostName();
    }

    @Override
    public boolean uses(int gpu) {
        return gpu < gpus;
    }

    @Override
    public void run(String script, Consumer<String> onLine) {
        HostCommand.of(longest, "sh", "-c", script)
                .run(onLine, _ -> {})
                .filter(result -> !result.ok())
                .ifPresent(
                        result -> {
                            throw new StepFailedException(
                                    "nvidia-smi ended with status " + result.status(),
                                    "",
                                    result.tail(1),
                                    "");
                        });
    }
}
