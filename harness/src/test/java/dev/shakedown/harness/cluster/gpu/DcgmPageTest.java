package dev.shakedown.harness.cluster.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DcgmPageTest {
    private static final String LABELS =
            "{gpu=\"3\", UUID=\"GPU-604ac76c\",device=\"nvidia3\",modelName=\"NVIDIA H100 80GB HBM3\",Hostname=\"node-a\"}";

    @Test
    void valuesOfOneGpuComeTogetherInOurUnits() {
        List<GpuReading> gpus =
                DcgmPage.gpus(
                        """
                        # HELP DCGM_FI_DEV_SM_CLOCK SM clock frequency (in MHz).
                        # TYPE DCGM_FI_DEV_SM_CLOCK gauge
                        DCGM_FI_DEV_SM_CLOCK%1$s 1980
                        DCGM_FI_DEV_POWER_USAGE%1$s 612.341000
                        DCGM_FI_DEV_FB_USED%1$s 73728
                        DCGM_FI_PROF_SM_ACTIVE%1$s 0.82
                        DCGM_FI_DEV_CLOCK_THROTTLE_REASONS%1$s 4
                        DCGM_FI_DEV_XID_ERRORS%1$s 0
                        DCGM_FI_DEV_ECC_DBE_VOL_TOTAL%1$s 0
                        """
                                .formatted(LABELS),
                        "elsewhere");
        assertThat(gpus)
                .containsExactly(
                        new GpuReading(
                                "node-a",
                                3,
                                "GPU-604ac76c",
                                Map.of(
                                        GpuMetric.SM_CLOCK, 1980.0,
                                        GpuMetric.POWER, 612.341,
                                        GpuMetric.MEMORY_USED, 73728.0 * (1 << 20),
                                        GpuMetric.SM_ACTIVE, .82,
                                        GpuMetric.THROTTLE, 4.0,
                                        GpuMetric.XID, 0.0)));
    }

    /** What DCGM prints for a field that the GPU does not have. */
    @Test
    void blankValuesAreLeftOut() {
        assertThat(
                        DcgmPage.gpus(
                                """
                                DCGM_FI_DEV_GPU_TEMP{gpu="0"} 51
                                DCGM_FI_DEV_SM_CLOCK{gpu="0"} 2147483632
                                DCGM_FI_DEV_FB_USED{gpu="0"} 9223372036854775794
                                DCGM_FI_PROF_SM_ACTIVE{gpu="0"} 140737488355328
                                """,
                                "host"))
                .containsExactly(
                        new GpuReading("host", 0, "", Map.of(GpuMetric.TEMPERATURE, 51.0)));
    }

    @Test
    void slicesOfAGpuAndOtherPagesHaveNone() {
        assertThat(
                        DcgmPage.gpus(
                                """
                                DCGM_FI_PROF_SM_ACTIVE{gpu="0",GPU_I_PROFILE="1g.10gb",GPU_I_ID="7"} 0.5
                                vllm:num_requests_running{engine="0"} 3
                                DCGM_FI_DEV_SM_CLOCK 1980
                                DCGM_FI_DEV_SM_CLOCK{gpu="x"} 1980
                                """,
                                "host"))
                .isEmpty();
    }
}
