package dev.shakedown.harness.cluster.gpu;

import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import java.time.Duration;
import java.util.List;

/**
 * What Ray's dashboard knows of the GPUs: utilisation, memory, and by version power and
 * temperature. It is the least that can be had, and comes through the one address that is known.
 */
public final class RayGpus implements GpuSource {
    /** Ray's nodes report about so often. */
    private static final Duration PERIOD = Duration.ofSeconds(5);

    private final RayClient ray;

    /** The client is closed with this. */
    public RayGpus(RayClient ray) {
        this.ray = ray;
    }

    @Override
    public String name() {
        return "ray";
    }

    @Override
    public Duration period() {
        return PERIOD;
    }

    @Override
    public GpuReadings read() {
        try {
            List<GpuReading> gpus = ray.gpus();
            return gpus.isEmpty()
                    ? GpuReadings.none("Ray's dashboard sees no GPU")
                    : new GpuReadings(gpus, List.of());
        } catch (RayRequestException e) {
            return GpuReadings.none(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        ray.close();
    }
}
