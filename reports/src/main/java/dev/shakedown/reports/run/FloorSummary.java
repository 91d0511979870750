package dev.shakedown.reports.run;

import java.time.Instant;
import java.util.Optional;

/**
 * The measurement floor: what the client adds to latencies by itself, found on a server that keeps
 * its own record of when it wrote each token. A difference of this size between two runs says
 * nothing about their servers.
 *
 * @param measuredAt on this machine, maybe for an earlier run
 * @param requestsPerSecond of that load, and {@code tokensPerSecond} that it was answered with
 * @param icl absent where answers had one token
 */
public record FloorSummary(
        Instant measuredAt,
        double requestsPerSecond,
        double tokensPerSecond,
        Added ttft,
        Optional<Added> icl) {

    /**
     * Percentiles of the client less the same ones of the server, in nanoseconds; 0 where the
     * client's is lower, as for tokens that arrive in one piece.
     */
    public record Added(long p50, long p99) {}
}
