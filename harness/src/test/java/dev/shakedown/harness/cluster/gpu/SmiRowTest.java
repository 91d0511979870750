package dev.shakedown.harness.cluster.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmiRowTest {
    @Test
    void lineIsAGpuInOurUnits() {
        assertThat(
                        SmiRow.parse(
                                "5, GPU-604ac76c, 612.34, 100, 73728, 1155, 87, 0x0000000000000028",
                                "node-a"))
                .contains(
                        new GpuReading(
                                "node-a",
                                5,
                                "GPU-604ac76c",
                                Map.of(
                                        GpuMetric.POWER, 612.34,
                                        GpuMetric.UTILIZATION, 100.0,
                                        GpuMetric.MEMORY_USED, 73728.0 * (1 << 20),
                                        GpuMetric.SM_CLOCK, 1155.0,
                                        GpuMetric.TEMPERATURE, 87.0,
                                        GpuMetric.THROTTLE, 40.0)));
    }

    @Test
    void whatTheDriverDoesNotKnowIsLeftOut() {
        assertThat(SmiRow.parse("0, GPU-1, [N/A], [Not Supported], 4, [N/A], 31, [N/A]", "node-a"))
                .contains(
                        new GpuReading(
                                "node-a",
                                0,
                                "GPU-1",
                                Map.of(
                                        GpuMetric.MEMORY_USED,
                                        4.0 * (1 << 20),
                                        GpuMetric.TEMPERATURE,
                                        31.0)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Welcome to node-a, be careful, it bites, and so on, a, b, c",
                "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
                "Unable to determine the device handle for GPU0: 0000:91:00.0: Unknown Error",
                "0, GPU-1, 71.5"
            })
    void anythingElseIsNone(String line) {
        assertThat(SmiRow.parse(line, "node-a")).isEmpty();
    }
}
