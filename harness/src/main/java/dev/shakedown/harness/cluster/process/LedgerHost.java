package dev.shakedown.harness.cluster.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run answers for on another machine.
 *
 * @param host as the user writes it after {@code ssh}
 * @param user empty: as the ssh configuration says
 * @param configFile empty: the user's own ssh configuration
 * @param slurmJob the Slurm allocation whose steps reach the host; empty: ssh does
 * @param python that the host's Shakedown program may run with
 * @param folder of the run there, removed with its processes
 * @param leaders of the sessions that were started there
 * @param container that they run in
 */
public record LedgerHost(
        String host,
        String user,
        String configFile,
        String slurmJob,
        String python,
        String folder,
        List<ProcessId> leaders,
        Optional<LedgerContainer> container) {
    public LedgerHost {
        leaders = List.copyOf(leaders);
        // Ledgers of older versions know of none.
        container = container == null ? Optional.empty() : container;
        slurmJob = slurmJob == null ? "" : slurmJob;
    }

    /** With one more session. */
    public LedgerHost with(ProcessId leader) {
        List<ProcessId> more = new ArrayList<>(leaders);
        more.add(leader);
        return new LedgerHost(host, user, configFile, slurmJob, python, folder, more, container);
    }

    /** Ends what a run has on one host. */
    public interface End {
        /** Never throws: a host out of reach is something that could not be ended. */
        EndReport end(String runId, LedgerHost host);
    }
}
