package dev.shakedown.harness.cluster.gpu;

/** What is read of a GPU, and what it is called in {@code timeseries.csv.gz}. */
public enum GpuMetric {
    POWER("gpu_power_watts"),
    /** Of the time in which any kernel ran, a waiting one too; 0 to 100. */
    UTILIZATION("gpu_utilization_percent"),
    /** Of the SMs' time with a warp on it, 0 to 1. */
    SM_ACTIVE("gpu_sm_active_ratio"),
    MEMORY_USED("gpu_memory_used_bytes"),
    SM_CLOCK("gpu_sm_clock_mhz"),
    TEMPERATURE("gpu_temperature_celsius"),
    /** NVML's bits. */
    THROTTLE("gpu_throttle_reasons_bits"),
    /** The last of the driver's error numbers; 0 if there was none. */
    XID("gpu_xid");

    private final String key;

    GpuMetric(String key) {
        this.key = key;
    }

    public String key() {
        return key;
    }
}
