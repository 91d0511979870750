package dev.shakedown.harness.cluster.gpu;

import java.util.List;

/**
 * One look at all GPUs.
 *
 * @param gpus none yet, where there is no trouble either
 * @param troubles why there is nothing (more) of a node, in words
 */
public record GpuReadings(List<GpuReading> gpus, List<String> troubles) {
    public GpuReadings {
        gpus = List.copyOf(gpus);
        troubles = List.copyOf(troubles);
    }

    static GpuReadings none(String trouble) {
        return new GpuReadings(List.of(), List.of(trouble));
    }
}
