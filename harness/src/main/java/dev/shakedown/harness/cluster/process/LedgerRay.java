package dev.shakedown.harness.cluster.process;

/**
 * A Ray of somebody else on which a run starts jobs; they carry its id.
 *
 * @param dashboard of that Ray; its token is the user's own, in {@code RAY_AUTH_TOKEN}
 */
public record LedgerRay(String dashboard) {

    /** Ends the jobs that a run has on one Ray. */
    public interface End {
        /** Never throws: a Ray out of reach is something that could not be ended. */
        EndReport end(String runId, LedgerRay ray);
    }
}
