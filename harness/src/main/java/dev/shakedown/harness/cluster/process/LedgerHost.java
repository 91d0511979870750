package dev.shakedown.harness.cluster.process;

import java.util.ArrayList;
import java.util.List;

/**
 * What a run answers for on another machine.
 *
 * @param host as the user writes it after {@code ssh}
 * @param user empty: as the ssh configuration says
 * @param configFile empty: the user's own ssh configuration
 * @param python that the host's Shakedown program may run with
 * @param folder of the run there, removed with its processes
 * @param leaders of the sessions that were started there
 */
public record LedgerHost(
        String host,
        String user,
        String configFile,
        String python,
        String folder,
        List<ProcessId> leaders) {
    public LedgerHost {
        leaders = List.copyOf(leaders);
    }

    /** With one more session. */
    public LedgerHost with(ProcessId leader) {
        List<ProcessId> more = new ArrayList<>(leaders);
        more.add(leader);
        return new LedgerHost(host, user, configFile, python, folder, more);
    }

    /** Ends what a run has on one host. */
    public interface End {
        /** Never throws: a host out of reach is something that could not be ended. */
        EndReport end(String runId, LedgerHost host);
    }
}
