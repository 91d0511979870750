package dev.shakedown.harness.cluster.process;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who has to be ended if this JVM is not there any more to do it. Written twice, in the run
 * directory for people and under the user's state folder for {@code shakedown down}; each change is
 * on the disk before the call returns. Nothing is written before the first entry.
 */
public final class Ledger {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ProcFs proc;
    private final Path inRun;
    private final Path inState;
    private LedgerPage page;

    /** The ledger of a run owned by this JVM. */
    public static Ledger ofRun(String runId, Path runDirectory) {
        return new Ledger(runId, runDirectory, stateFolder(System.getenv()), new ProcFs());
    }

    Ledger(String runId, Path runDirectory, Path stateFolder, ProcFs proc) {
        this(
                proc,
                runDirectory.resolve("ledger.json"),
                stateFolder.resolve(runId + ".json"),
                LedgerPage.blank(
                        runId,
                        runDirectory.toAbsolutePath().toString(),
                        proc.hostName(),
                        proc.identify(ProcessHandle.current().pid()).orElseThrow()));
    }

    private Ledger(ProcFs proc, Path inRun, Path inState, LedgerPage page) {
        this.proc = proc;
        this.inRun = inRun;
        this.inState = inState;
        this.page = page;
    }

    /**
     * Of the engine of the same run: it may end long before its cluster does, and what belongs to
     * which must then be known.
     */
    public Ledger ofEngine() {
        String id = engineOf(page.runId());
        return new Ledger(
                proc,
                inRun.resolveSibling("ledger-engine.json"),
                inState.resolveSibling(id + ".json"),
                LedgerPage.blank(id, page.runDirectory(), page.host(), page.owner()));
    }

    /** The id under which a run's engine has a ledger of its own. */
    static String engineOf(String runId) {
        return runId + "-engine";
    }

    /** Of a run that is given by its id or directory, which may be the one we are in. */
    static String idOf(String run) {
        return String.valueOf(Path.of(run).toAbsolutePath().normalize().getFileName());
    }

    /** {@code ledger} under {@code ${XDG_STATE_HOME:-~/.local/state}/shakedown}. */
    static Path stateFolder(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")));
        Path base = state.startsWith("/") ? Path.of(state) : home.resolve(".local/state");
        return base.resolve("shakedown/ledger");
    }

    static LedgerPage read(Path file) {
        return JSON.readValue(file, LedgerPage.class);
    }

    /** What is written down by now. */
    synchronized LedgerPage page() {
        return page;
    }

    /** The process table this ledger's entries are looked up in. */
    ProcFs proc() {
        return proc;
    }

    /**
     * Makes sure that the run is known to {@code shakedown down}. Called before a process starts:
     * the marker in its environment then finds it, whatever happens before it is listed.
     */
    synchronized void announce() {
        requireOpen();
        if (!Files.exists(inState)) {
            write();
        }
    }

    synchronized void add(LedgerEntry entry) {
        requireOpen();
        page = page.with(entry);
        write();
    }

    /** A temporary folder that goes when the run's processes have gone. */
    public synchronized void addFolder(Path folder) {
        requireOpen();
        page = page.withFolder(folder.toAbsolutePath().toString());
        write();
    }

    /** What the run answers for on another machine; replaces what was said of that host before. */
    public synchronized void put(LedgerHost host) {
        requireOpen();
        page = page.with(host);
        write();
    }

    /** Where in a Kubernetes cluster the run makes something. */
    public synchronized void put(LedgerNamespace namespace) {
        requireOpen();
        page = page.with(namespace);
        write();
    }

    /** Where in Kubernetes clusters the run has made something. */
    public synchronized List<LedgerNamespace> namespaces() {
        return page.namespaces();
    }

    /** A Ray of somebody else on which the run will start jobs; replaces what was said of it. */
    public synchronized void put(LedgerRay ray) {
        requireOpen();
        page = page.with(ray);
        write();
    }

    /** Rays of somebody else on which the run may have jobs. */
    public synchronized List<LedgerRay> rays() {
        return page.rays();
    }

    /** What the run answers for on other machines. */
    public synchronized List<LedgerHost> hosts() {
        return page.hosts();
    }

    /** A step that was given up must not start anything once all has been ended. */
    private void requireOpen() {
        if (page.closed()) {
            throw new StepFailedException(
                    "this run has been ended and starts nothing more", "", List.of(), "");
        }
    }

    /** Nothing is left: the state folder forgets the run, the run directory keeps the list. */
    public synchronized void close() {
        page = page.asClosed();
        if (!Files.exists(inState)) {
            return;
        }
        copyIntoRun();
        try {
            Files.deleteIfExists(KeptClusters.tokenOf(inState));
            Files.deleteIfExists(inState);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write() {
        try {
            DurableFile.replace(inState, text());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + inState, e);
        }
        copyIntoRun();
    }

    /** For people only: a full disk there must not hinder the end of what was started. */
    private void copyIntoRun() {
        try {
            DurableFile.replace(inRun, text());
        } catch (IOException unwritable) {
            // The one that counts is in the state folder.
        }
    }

    private String text() {
        return text(page);
    }

    static String text(LedgerPage page) {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(page) + "\n";
    }
}
