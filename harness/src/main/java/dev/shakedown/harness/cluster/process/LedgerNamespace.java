package dev.shakedown.harness.cluster.process;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where a run made objects in a Kubernetes cluster, which carry its label, or where it has jobs on
 * a RayCluster of somebody else.
 *
 * @param kubeconfig the files that led there, absolute, as in {@code KUBECONFIG}; empty where there
 *     was none, as inside of a pod
 * @param context of that kubeconfig; empty where there was none
 * @param server of the API; a context of the same name may lead elsewhere one day
 * @param foreign a RayCluster of somebody else, on which the run has jobs and nothing more
 */
public record LedgerNamespace(
        String kubeconfig,
        String context,
        String namespace,
        String server,
        Optional<Foreign> foreign) {

    public LedgerNamespace {
        server = server == null ? "" : server;
        foreign = foreign == null ? Optional.empty() : foreign;
    }

    /** Where a run made objects of its own. */
    public LedgerNamespace(String kubeconfig, String context, String namespace, String server) {
        this(kubeconfig, context, namespace, server, Optional.empty());
    }

    /**
     * A RayCluster of somebody else.
     *
     * @param jobs ids, each written down before it is submitted, as in {@link LedgerRay}
     */
    public record Foreign(String rayCluster, List<String> jobs) {
        public Foreign {
            jobs = jobs == null ? List.of() : List.copyOf(jobs);
        }

        private Foreign with(String job) {
            return new Foreign(rayCluster, Stream.concat(jobs.stream(), Stream.of(job)).toList());
        }
    }

    /** For jobs on a RayCluster of somebody else, of which there are none yet. */
    public LedgerNamespace on(String rayCluster) {
        return with(Optional.of(new Foreign(rayCluster, List.of())));
    }

    /** With one more job on it. */
    public LedgerNamespace with(String job) {
        return with(foreign.map(known -> known.with(job)));
    }

    /** Whether it is the same, but for jobs. */
    boolean isAt(LedgerNamespace other) {
        return with(Optional.empty()).equals(other.with(Optional.empty()))
                && foreign.map(Foreign::rayCluster).equals(other.foreign.map(Foreign::rayCluster));
    }

    private LedgerNamespace with(Optional<Foreign> other) {
        return new LedgerNamespace(kubeconfig, context, namespace, server, other);
    }

    /** Ends what a run has in one namespace. */
    public interface End {
        /** Never throws: a cluster out of reach is something that could not be ended. */
        EndReport end(String runId, LedgerNamespace namespace);
    }
}
