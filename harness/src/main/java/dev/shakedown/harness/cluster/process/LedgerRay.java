package dev.shakedown.harness.cluster.process;

import java.util.ArrayList;
import java.util.List;

/**
 * A Ray of somebody else on which a run starts jobs; they carry its id.
 *
 * @param dashboard of that Ray; its token is the user's own, in {@code RAY_AUTH_TOKEN}
 * @param jobs ids, each written down before it is submitted: Ray may take a job a moment after
 *     whoever submitted it was stopped
 */
public record LedgerRay(String dashboard, List<String> jobs) {
    public LedgerRay {
        jobs = jobs == null ? List.of() : List.copyOf(jobs);
    }

    /** With one more job. */
    public LedgerRay with(String job) {
        List<String> more = new ArrayList<>(jobs);
        more.add(job);
        return new LedgerRay(dashboard, more);
    }

    /** Ends the jobs that a run has on one Ray. */
    public interface End {
        /** Never throws: a Ray out of reach is something that could not be ended. */
        EndReport end(String runId, LedgerRay ray);
    }
}
