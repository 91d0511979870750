package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.RunningEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A vLLM that a test started, with all its children. */
record RealVllm(Process process, URI baseUrl, Path file) implements RunningEngine, AutoCloseable {
    /** Starts it from the environment that {@code SHAKEDOWN_TEST_PYTHON} names. */
    static RealVllm start(EngineCommand command, int port, Path log) throws IOException {
        Path environment = environment();
        List<String> argv = new ArrayList<>(command.argv());
        argv.set(0, environment.resolve("bin/vllm").toString());
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(command.env());
        builder.environment().put("VLLM_HOST_IP", "127.0.0.1");
        builder.environment().put("GLOO_SOCKET_IFNAME", "lo");
        builder.environment()
                .merge("PATH", environment.resolve("bin") + ":", (old, bin) -> bin + old);
        return new RealVllm(builder.start(), URI.create("http://127.0.0.1:" + port), log);
    }

    @Override
    public Optional<String> apiKey() {
        return Optional.empty();
    }

    @Override
    public Optional<Path> caFile() {
        return Optional.empty();
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(file);
    }

    @Override
    public OptionalInt exitStatus() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        process.onExit().completeOnTimeout(process, 15, TimeUnit.SECONDS).join();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private static Path environment() {
        return named("SHAKEDOWN_TEST_PYTHON")
                .map(Path::of)
                .or(RealVllm::managed)
                .filter(folder -> Files.isExecutable(folder.resolve("bin/vllm")))
                .orElseThrow(
                        () ->
                                new AssertionError(
                                        "no Python environment with vLLM: set"
                                                + " SHAKEDOWN_TEST_PYTHON to one, or run a"
                                                + " scenario with local.python: managed-cpu"
                                                + " once"));
    }

    private static Optional<Path> managed() {
        Path cache =
                named("SHAKEDOWN_CACHE")
                        .map(Path::of)
                        .orElse(Path.of(System.getProperty("user.home"), ".cache", "shakedown"));
        Path pythons = cache.resolve("python");
        if (!Files.isDirectory(pythons)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(pythons)) {
            return folders.filter(
                            folder -> folder.getFileName().toString().matches("managed-cpu-.*"))
                    .filter(folder -> Files.isExecutable(folder.resolve("bin/vllm")))
                    .max(Comparator.naturalOrder());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Optional<String> named(String name) {
        return Optional.ofNullable(System.getProperty(name))
                .or(() -> Optional.ofNullable(System.getenv(name)))
                .filter(value -> !value.isBlank());
    }
}
