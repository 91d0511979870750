package dev.shakedown.harness.cluster.process;

import java.nio.file.Path;
import java.util.OptionalInt;

/** A process of this JVM's run. */
public record StartedProcess(String what, Process process, Path log) {

    /** Empty while it runs; else its status, 128 + signal for a killed one. */
    public OptionalInt exitStatus() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }
}
