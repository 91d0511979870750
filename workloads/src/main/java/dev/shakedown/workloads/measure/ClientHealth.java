package dev.shakedown.workloads.measure;

import java.util.List;

/**
 * How the client itself fared.
 *
 * @param cores that this process may use
 * @param stalls times of at least {@link HealthProbe#STALL_NS} in which it stood still
 * @param touchedRequests measured requests with a send, first or last token that a stall delayed
 * @param peakProcessCores cores that this process used in its busiest 5 measured seconds
 * @param peakSystemCpu share (0 to 1) of all cores busy in the busiest 5 measured seconds
 * @param gcPauseNs time in garbage collector pauses
 * @param peakLoop of the event loop that had most to do in any 5 measured seconds
 */
public record ClientHealth(
        int cores,
        List<Stall> stalls,
        long touchedRequests,
        double peakProcessCores,
        double peakSystemCpu,
        long gcPauseNs,
        Loop peakLoop) {

    /**
     * An event loop's shares (0 to 1) of some time.
     *
     * @param ran it was on a core
     * @param waited it had something to do, and waited for a core; 0 where that is not known
     */
    public record Loop(double ran, double waited) {
        /** Without anything to do. */
        public static final Loop IDLE = new Loop(0, 0);

        /** What had to wait for it came later than it might have. */
        public double busy() {
            return ran + waited;
        }
    }

    /** Of a load that no client made. */
    public static final ClientHealth NONE = new ClientHealth(0, List.of(), 0, 0, 0, 0, Loop.IDLE);

    public ClientHealth {
        stalls = List.copyOf(stalls);
    }
}
