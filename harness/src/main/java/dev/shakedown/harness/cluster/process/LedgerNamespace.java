package dev.shakedown.harness.cluster.process;

/**
 * Where a run made objects in a Kubernetes cluster; they carry its label.
 *
 * @param kubeconfig the files that led there, absolute, as in {@code KUBECONFIG}; empty where there
 *     was none, as inside of a pod
 * @param context of that kubeconfig; empty where there was none
 * @param server of the API; a context of the same name may lead elsewhere one day
 */
public record LedgerNamespace(String kubeconfig, String context, String namespace, String server) {
    public LedgerNamespace {
        server = server == null ? "" : server;
    }

    /** Ends what a run has in one namespace. */
    public interface End {
        /** Never throws: a cluster out of reach is something that could not be ended. */
        EndReport end(String runId, LedgerNamespace namespace);
    }
}
