package dev.shakedown.harness.cluster.gpu;

import dev.shakedown.harness.cluster.endpoint.MetricsPage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A page of NVIDIA's dcgm-exporter. Which fields are on it is for its configuration to say: {@code
 * SM_ACTIVE} and the clock's reasons are not among those that come by default.
 */
final class DcgmPage {
    /** From here on DCGM's values mean that there is none (its BLANK constants). */
    private static final double BLANK = 2_147_483_632.0;

    private static final double MIB = 1 << 20;
    private static final Pattern WHOLE = Pattern.compile("\\d{1,4}");

    private record Field(GpuMetric metric, double unit) {}

    /** Newer DCGM call the clock's reasons by the second name. */
    private static final Map<String, Field> FIELDS =
            Map.of(
                    "DCGM_FI_DEV_POWER_USAGE", new Field(GpuMetric.POWER, 1),
                    "DCGM_FI_DEV_GPU_UTIL", new Field(GpuMetric.UTILIZATION, 1),
                    "DCGM_FI_PROF_SM_ACTIVE", new Field(GpuMetric.SM_ACTIVE, 1),
                    "DCGM_FI_DEV_FB_USED", new Field(GpuMetric.MEMORY_USED, MIB),
                    "DCGM_FI_DEV_SM_CLOCK", new Field(GpuMetric.SM_CLOCK, 1),
                    "DCGM_FI_DEV_GPU_TEMP", new Field(GpuMetric.TEMPERATURE, 1),
                    "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS", new Field(GpuMetric.THROTTLE, 1),
                    "DCGM_FI_DEV_CLOCKS_EVENT_REASONS", new Field(GpuMetric.THROTTLE, 1),
                    "DCGM_FI_DEV_XID_ERRORS", new Field(GpuMetric.XID, 1));

    private DcgmPage() {}

    private record Gpu(String node, int index, String uuid) {}

    /**
     * The GPUs of a page, in its order.
     *
     * @param from the node where the page does not name one
     */
    static List<GpuReading> gpus(String page, String from) {
        Map<Gpu, Map<GpuMetric, Double>> gpus = new LinkedHashMap<>();
        for (MetricsPage.Sample sample : new MetricsPage(page).samples("DCGM_FI_")) {
            Field field = FIELDS.get(sample.name());
            String index = sample.labels().getOrDefault("gpu", "");
            if (field != null && WHOLE.matcher(index).matches() && isThere(sample)) {
                Gpu gpu =
                        new Gpu(
                                sample.labels().getOrDefault("Hostname", from),
                                Integer.parseInt(index),
                                sample.labels().getOrDefault("UUID", ""));
                gpus.computeIfAbsent(gpu, _ -> new EnumMap<>(GpuMetric.class))
                        .put(field.metric, sample.value() * field.unit);
            }
        }
        List<GpuReading> all = new ArrayList<>();
        gpus.forEach(
                (gpu, values) -> all.add(new GpuReading(gpu.node, gpu.index, gpu.uuid, values)));
        return all;
    }

    /** The slices of a partitioned GPU have values of their own under its number. */
    private static boolean isThere(MetricsPage.Sample sample) {
        return !sample.labels().containsKey("GPU_I_ID")
                && sample.value() >= 0
                && sample.value() < BLANK;
    }
}
