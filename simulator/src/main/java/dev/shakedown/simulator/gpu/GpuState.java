package dev.shakedown.simulator.gpu;

/**
 * One GPU at one moment, in the units of DCGM's fields.
 *
 * @param watts board power
 * @param utilization percent of the time in which any kernel ran; 100 in one that only waits
 * @param smActive share of the SMs' time with a warp on it, 0 to 1
 * @param memoryUsed MiB
 * @param temperature °C
 * @param throttle NVML's bits of the reasons why the clock is lower
 * @param xid the last of the driver's error numbers; 0 if there was none
 */
public record GpuState(
        double watts,
        int utilization,
        double smActive,
        long memoryUsed,
        int smClockMhz,
        int temperature,
        long throttle,
        int xid) {}
