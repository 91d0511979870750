package dev.shakedown.harness.cluster;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** The engine inside the simulator: it ends with it, or by itself when it refuses to start. */
record SimulatedRunningEngine(SimulatedProcess simulator, SimulatorControl control, Path file)
        implements RunningEngine {

    @Override
    public URI baseUrl() {
        return simulator.vllm();
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(file);
    }

    @Override
    public OptionalInt exitStatus() {
        OptionalInt ended = simulator.exitStatus();
        return ended.isPresent() ? ended : control.exitStatus();
    }
}
