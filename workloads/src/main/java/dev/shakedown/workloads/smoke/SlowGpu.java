package dev.shakedown.workloads.smoke;

import java.util.Locale;
import java.util.Optional;

/**
 * A GPU that moved fewer bytes than its peers.
 *
 * @param gpu its UUID, or its number on the node where the UUID is not known
 * @param gbPerSecond 10^9 bytes a second
 * @param peersMedian of all other GPUs of the job
 * @param state clocks and throttle reasons in the middle of the burn, where they were read
 */
public record SlowGpu(
        String gpu,
        String nodeIp,
        String hostname,
        double gbPerSecond,
        double peersMedian,
        Optional<PiLine.GpuState> state) {

    /** One sentence. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "%s on %s (%s) moved %.0f GB/s, %.0f %% of its peers' %.0f; %s",
                gpu,
                hostname,
                nodeIp,
                gbPerSecond,
                100 * gbPerSecond / peersMedian,
                peersMedian,
                state.map(SlowGpu::text).orElse("clocks unknown"));
    }

    private static String text(PiLine.GpuState state) {
        return "SM clock " + state.smClockMhz() + " MHz, throttled by: " + state.throttleReasons();
    }
}
