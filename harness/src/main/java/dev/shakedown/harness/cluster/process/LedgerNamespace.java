package dev.shakedown.harness.cluster.process;

/**
 * Where a run made objects in a Kubernetes cluster; they carry its label.
 *
 * @param kubeconfig value of {@code KUBECONFIG} at that time; empty: the usual file
 * @param context of that kubeconfig; empty where there was none, as inside of a pod
 */
public record LedgerNamespace(String kubeconfig, String context, String namespace) {

    /** Ends what a run has in one namespace. */
    public interface End {
        /** Never throws: a cluster out of reach is something that could not be ended. */
        EndReport end(String runId, LedgerNamespace namespace);
    }
}
