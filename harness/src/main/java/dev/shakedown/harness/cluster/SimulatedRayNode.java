package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.ray.RayBringUp;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A simulated node's {@code ray start}, which the simulator ran when it came up.
 *
 * @param logs holds a folder a node
 */
record SimulatedRayNode(String hostname, SimulatorControl control, Path logs)
        implements RayBringUp.Started {
    @Override
    public Optional<Integer> ended() {
        return control.rayStartStatus(hostname);
    }

    @Override
    public List<String> tail() {
        return RayBringUp.Started.tail(file());
    }

    @Override
    public String log() {
        return file().toString();
    }

    private Path file() {
        return logs.resolve(hostname).resolve("ray-start.log");
    }
}
