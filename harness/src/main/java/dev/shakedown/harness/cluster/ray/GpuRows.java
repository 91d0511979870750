package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.gpu.GpuMetric;
import dev.shakedown.harness.cluster.gpu.GpuReading;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The GPUs in Ray's node summary; memory is MiB there, power milliwatts. */
final class GpuRows {
    private static final double MIB = 1 << 20;
    private static final double MILLI = 1e-3;

    private record Field(String name, GpuMetric metric, double unit) {}

    private static final List<Field> FIELDS =
            List.of(
                    new Field("utilizationGpu", GpuMetric.UTILIZATION, 1),
                    new Field("memoryUsed", GpuMetric.MEMORY_USED, MIB),
                    new Field("powerMw", GpuMetric.POWER, MILLI),
                    new Field("temperatureC", GpuMetric.TEMPERATURE, 1));

    private GpuRows() {}

    static List<GpuReading> ofSummary(JsonNode answer) {
        return answer.path("data").path("summary").valueStream().flatMap(GpuRows::node).toList();
    }

    private static Stream<GpuReading> node(JsonNode row) {
        String node = Fields.optional(row, "hostname").orElse(Fields.text(row, "ip"));
        return row.path("gpus")
                .valueStream()
                .filter(gpu -> gpu.path("index").isInt())
                .map(gpu -> gpu(node, gpu));
    }

    private static GpuReading gpu(String node, JsonNode gpu) {
        Map<GpuMetric, Double> values = new EnumMap<>(GpuMetric.class);
        for (Field field : FIELDS) {
            JsonNode value = gpu.path(field.name);
            if (value.isNumber()) {
                values.put(field.metric, value.asDouble() * field.unit);
            }
        }
        return new GpuReading(node, gpu.path("index").asInt(), Fields.text(gpu, "uuid"), values);
    }
}
