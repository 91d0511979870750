package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.process.ProcessTree;
import dev.shakedown.harness.cluster.process.StartedProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/** vLLM as a process of this machine, on loopback, without an API key. */
record LocalEngine(StartedProcess process, URI baseUrl, ProcessTree tree) implements RunningEngine {

    @Override
    public Optional<Path> log() {
        return Optional.of(process.log());
    }

    /** By now it has all of its shared memory. */
    @Override
    public void serves() {
        tree.rememberSharedMemory();
    }

    @Override
    public OptionalInt exitStatus() {
        return process.exitStatus();
    }
}
