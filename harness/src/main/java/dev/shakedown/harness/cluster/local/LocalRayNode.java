package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.process.StartedProcess;
import dev.shakedown.harness.cluster.ray.RayBringUp;
import java.util.List;
import java.util.Optional;

/** A Ray node as a process of this machine. */
record LocalRayNode(StartedProcess process) implements RayBringUp.Started {
    @Override
    public Optional<Integer> ended() {
        return process.exitStatus().isPresent()
                ? Optional.of(process.exitStatus().getAsInt())
                : Optional.empty();
    }

    @Override
    public List<String> tail() {
        return RayBringUp.Started.tail(process.log());
    }

    @Override
    public String log() {
        return process.log().toString();
    }
}
