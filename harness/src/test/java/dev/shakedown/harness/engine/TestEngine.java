package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.RunningEngine;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

record TestEngine(
        URI baseUrl, Optional<String> apiKey, Optional<Path> log, Supplier<OptionalInt> exit)
        implements RunningEngine {
    @Override
    public OptionalInt exitStatus() {
        return exit.get();
    }
}
