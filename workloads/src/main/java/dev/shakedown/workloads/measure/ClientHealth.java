package dev.shakedown.workloads.measure;

import java.util.List;

/**
 * How the client itself fared.
 *
 * @param cores that this process may use
 * @param stalls times of at least {@link HealthProbe#STALL_NS} in which it stood still
 * @param touchedRequests measured requests with a send, first or last token that a stall delayed
 * @param peakProcessCores cores that this process used in its busiest 5 seconds
 * @param peakSystemCpu share (0 to 1) of all cores busy in the busiest 5 seconds
 * @param gcPauseNs time in garbage collector pauses
 */
public record ClientHealth(
        int cores,
        List<Stall> stalls,
        long touchedRequests,
        double peakProcessCores,
        double peakSystemCpu,
        long gcPauseNs) {

    /** Of a load that no client made. */
    public static final ClientHealth NONE = new ClientHealth(0, List.of(), 0, 0, 0, 0);

    public ClientHealth {
        stalls = List.copyOf(stalls);
    }
}
