package dev.shakedown.harness.cluster.gpu;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * One look at one GPU.
 *
 * @param node as its source calls it
 * @param index as {@code nvidia-smi} counts
 * @param uuid empty where the source does not say
 * @param values as far as they are known
 */
public record GpuReading(String node, int index, String uuid, Map<GpuMetric, Double> values) {
    public GpuReading {
        Map<GpuMetric, Double> inOrder = new EnumMap<>(GpuMetric.class);
        inOrder.putAll(values);
        values = Collections.unmodifiableMap(inOrder);
    }
}
