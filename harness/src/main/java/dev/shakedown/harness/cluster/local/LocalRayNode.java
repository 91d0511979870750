package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.process.StartedProcess;
import dev.shakedown.harness.cluster.ray.RayBringUp;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** A Ray node as a process of this machine. */
record LocalRayNode(StartedProcess process) implements RayBringUp.Started {
    private static final int TAIL = 12;

    @Override
    public Optional<Integer> ended() {
        return process.exitStatus().isPresent()
                ? Optional.of(process.exitStatus().getAsInt())
                : Optional.empty();
    }

    @Override
    public List<String> tail() {
        try {
            List<String> lines = Files.readAllLines(process.log());
            return lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    @Override
    public String log() {
        return process.log().toString();
    }
}
