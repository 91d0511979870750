package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.gpu.GpuMetric;
import dev.shakedown.harness.cluster.gpu.GpuReading;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuRowsTest {
    @Test
    void gpusAreThoseOfTheNodesThatSayWhatTheyKnow() {
        assertThat(
                        GpuRows.ofSummary(
                                RayHttp.JSON.readTree(
                                        """
                                        {"result": true, "data": {"summary": [
                                          {"hostname": "node-a", "ip": "10.0.0.1", "gpus": [
                                            {"index": 0, "uuid": "GPU-1", "utilizationGpu": 97, "memoryUsed": 2,
                                             "powerMw": 612340, "temperatureC": 61},
                                            {"index": 1, "utilizationGpu": null}]},
                                          {"ip": "10.0.0.2", "gpus": []}]}}
                                        """)))
                .containsExactly(
                        new GpuReading(
                                "node-a",
                                0,
                                "GPU-1",
                                Map.of(
                                        GpuMetric.UTILIZATION, 97.0,
                                        GpuMetric.MEMORY_USED, 2.0 * (1 << 20),
                                        GpuMetric.POWER, 612.34,
                                        GpuMetric.TEMPERATURE, 61.0)),
                        new GpuReading("node-a", 1, "", Map.of()));
    }
}
