package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.gpu.NvidiaSmi;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A host by its launcher. When the client here is gone, so is the end of the pipe that the command
 * writes to.
 */
record SshSmi(Ssh ssh, SshHost host, List<Integer> gpus, Duration longest)
        implements NvidiaSmi.Host {
    private static final byte[] NO_INPUT = {};

    @Override
    public String name() {
        return host.name();
    }

    @Override
    public boolean uses(int gpu) {
        return gpus.contains(gpu);
    }

    @Override
    public void run(String script, Consumer<String> onLine) {
        ssh.run(
                host,
                "sh -c " + ShellWords.quote(script),
                NO_INPUT,
                longest,
                output -> {
                    new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8))
                            .lines()
                            .forEach(onLine);
                    return true;
                });
    }
}
