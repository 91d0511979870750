package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.endpoint.EngineClient;
import dev.shakedown.harness.cluster.local.PythonEnvironments;
import dev.shakedown.harness.scenario.LocalSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** A vLLM that a test started, with all its children. */
public record RealVllm(Process process, URI baseUrl, Path file)
        implements RunningEngine, AutoCloseable {
    /** Starts it from the environment {@code managed-cpu}. */
    public static RealVllm start(EngineCommand command, int port, Path log) throws IOException {
        Path bin =
                PythonEnvironments.ofUser().provide(LocalSpec.MANAGED_CPU, Progress.SILENT).bin();
        List<String> argv = new ArrayList<>(command.argv());
        argv.replaceAll(word -> word.equals("vllm") ? bin.resolve(word).toString() : word);
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(command.env());
        builder.environment().put("VLLM_HOST_IP", "127.0.0.1");
        builder.environment().put("GLOO_SOCKET_IFNAME", "lo");
        builder.environment().merge("PATH", bin + ":", (old, first) -> first + old);
        return new RealVllm(builder.start(), URI.create("http://127.0.0.1:" + port), log);
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(file);
    }

    @Override
    public OptionalInt exitStatus() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /** Asks nothing that the server would count; ends it if it does not become healthy. */
    public void awaitHealthy(Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        try (EngineClient client = new EngineClient(baseUrl, Optional.empty(), Optional.empty())) {
            while (!healthy(client)) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    close();
                    throw new AssertionError("no healthy vLLM:\n" + Files.readString(file));
                }
                Thread.sleep(200);
            }
        }
    }

    private static boolean healthy(EngineClient client) {
        try {
            return client.health() == 200;
        } catch (IOException notUpYet) {
            return false;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        process.onExit().completeOnTimeout(process, 15, TimeUnit.SECONDS).join();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
