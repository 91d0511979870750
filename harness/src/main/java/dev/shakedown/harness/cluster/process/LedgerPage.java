package dev.shakedown.harness.cluster.process;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one run has to answer for; the content of {@code ledger.json}.
 *
 * @param host where its processes run; a home folder may be shared by many machines
 * @param openedAtMillis wall time, epoch
 * @param owner the Shakedown process; while it runs, nobody else ends what is listed here
 * @param folders temporary folders to be removed
 * @param hosts other machines on which the run started something
 * @param namespaces of Kubernetes clusters in which the run made something
 * @param rays of somebody else, on which the run started jobs
 * @param closed everything was ended
 * @param kept what lives on: then nothing here is ended but by the run's name
 * @param user id of the run that used the kept cluster last
 */
record LedgerPage(
        int schemaVersion,
        String runId,
        String runDirectory,
        String host,
        long openedAtMillis,
        ProcessId owner,
        List<LedgerEntry> processes,
        List<String> folders,
        List<LedgerHost> hosts,
        List<LedgerNamespace> namespaces,
        List<LedgerRay> rays,
        boolean closed,
        Optional<KeptCluster> kept,
        String user) {

    static final int SCHEMA_VERSION = 1;

    LedgerPage {
        processes = List.copyOf(processes);
        folders = List.copyOf(folders);
        hosts = hosts == null ? List.of() : List.copyOf(hosts);
        namespaces = namespaces == null ? List.of() : List.copyOf(namespaces);
        rays = rays == null ? List.of() : List.copyOf(rays);
        kept = kept == null ? Optional.empty() : kept;
        user = user == null ? "" : user;
    }

    /** The first page of a run. */
    static LedgerPage blank(String runId, String runDirectory, String host, ProcessId owner) {
        return new LedgerPage(
                SCHEMA_VERSION,
                runId,
                runDirectory,
                host,
                InstantSource.system().millis(),
                owner,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                false,
                Optional.empty(),
                "");
    }

    /** With a cluster that lives on, and who uses it. */
    LedgerPage kept(KeptCluster cluster, String itsUser, ProcessId itsOwner) {
        return new LedgerPage(
                schemaVersion,
                runId,
                runDirectory,
                host,
                openedAtMillis,
                itsOwner,
                processes,
                folders,
                hosts,
                namespaces,
                rays,
                closed,
                Optional.of(cluster),
                itsUser);
    }

    /**
     * In the environment of every process of this run, so that even one which was started but not
     * yet listed is found.
     */
    String marker() {
        return ProcessTree.MARKER + "=" + runId;
    }

    LedgerPage with(LedgerEntry entry) {
        return copy(append(processes, entry), folders, elsewhere(), closed);
    }

    LedgerPage withFolder(String folder) {
        return copy(processes, append(folders, folder), elsewhere(), closed);
    }

    /** The host's page, in the place of the one it had. */
    LedgerPage with(LedgerHost host) {
        List<LedgerHost> others = new ArrayList<>(hosts);
        others.removeIf(known -> known.host().equals(host.host()));
        return copy(
                processes, folders, new Elsewhere(append(others, host), namespaces, rays), closed);
    }

    /** The namespace's page, in the place of the one it had. */
    LedgerPage with(LedgerNamespace namespace) {
        List<LedgerNamespace> others = new ArrayList<>(namespaces);
        others.removeIf(known -> known.isAt(namespace));
        return copy(
                processes, folders, new Elsewhere(hosts, append(others, namespace), rays), closed);
    }

    /** The Ray's page, in the place of the one it had. */
    LedgerPage with(LedgerRay ray) {
        List<LedgerRay> others = new ArrayList<>(rays);
        others.removeIf(known -> known.dashboard().equals(ray.dashboard()));
        return copy(
                processes, folders, new Elsewhere(hosts, namespaces, append(others, ray)), closed);
    }

    LedgerPage asClosed() {
        return copy(processes, folders, elsewhere(), true);
    }

    /** What is not on this machine. */
    private record Elsewhere(
            List<LedgerHost> hosts, List<LedgerNamespace> namespaces, List<LedgerRay> rays) {}

    private Elsewhere elsewhere() {
        return new Elsewhere(hosts, namespaces, rays);
    }

    private LedgerPage copy(
            List<LedgerEntry> entries, List<String> temporary, Elsewhere elsewhere, boolean end) {
        return new LedgerPage(
                schemaVersion,
                runId,
                runDirectory,
                host,
                openedAtMillis,
                owner,
                entries,
                temporary,
                elsewhere.hosts(),
                elsewhere.namespaces(),
                elsewhere.rays(),
                end,
                kept,
                user);
    }

    private static <T> List<T> append(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }
}
