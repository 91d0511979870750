package dev.shakedown.harness.cluster.process;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * Clusters of this user, on this machine, that outlive their runs. Each is a run's ledger that says
 * so; whoever uses one is its owner meanwhile, and a user that was killed is none.
 */
public final class KeptClusters {
    private final Path state;
    private final ProcFs proc;

    /** Those of the user who runs this JVM. */
    public static KeptClusters ofUser() {
        return new KeptClusters(Ledger.stateFolder(System.getenv()), new ProcFs());
    }

    KeptClusters(Path stateFolder, ProcFs proc) {
        this.state = stateFolder;
        this.proc = proc;
    }

    /** The newest first. */
    public List<KeptRun> all() {
        if (!Files.isDirectory(state)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(state)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .flatMap(file -> read(file).stream())
                    .filter(page -> page.host().equals(proc.hostName()))
                    .sorted(Comparator.comparingLong(LedgerPage::openedAtMillis).reversed())
                    .flatMap(page -> kept(page).stream())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By its run's id or directory. */
    public Optional<KeptRun> named(String run) {
        String id = Ledger.idOf(run);
        return all().stream().filter(kept -> kept.runId().equals(id)).findFirst();
    }

    /**
     * Lets the cluster of a run of this JVM live on: {@code shakedown down} then ends it only by
     * its name.
     *
     * @param token of its Ray; written to a file that only this user can read
     */
    public KeptRun keep(String runId, KeptCluster cluster, Optional<String> token) {
        return locked(
                () -> {
                    LedgerPage page = Ledger.read(ledger(runId));
                    if (token.isPresent()) {
                        DurableFile.replace(token(runId), token.get());
                    }
                    return write(page.kept(cluster, runId, page.owner()));
                });
    }

    /**
     * Makes this JVM its user until it ends.
     *
     * @throws StepFailedException if another process uses it, or it is kept no more
     */
    public KeptRun take(String runId) {
        return locked(
                () -> {
                    LedgerPage page =
                            Optional.of(ledger(runId))
                                    .flatMap(KeptClusters::read)
                                    .filter(found -> found.kept().isPresent())
                                    .orElseThrow(() -> notKept(runId));
                    ProcessId self = proc.identify(ProcessHandle.current().pid()).orElseThrow();
                    if (!page.owner().equals(self) && proc.runs(page.owner())) {
                        throw used(runId, page.owner());
                    }
                    return write(page.kept(page.kept().orElseThrow(), page.user(), self));
                });
    }

    /** Notes which run uses a cluster that this JVM has taken: it may leave an engine there. */
    public void note(String runId, String user) {
        locked(
                () -> {
                    LedgerPage page =
                            read(ledger(runId))
                                    .filter(found -> found.kept().isPresent())
                                    .orElseThrow(() -> notKept(runId));
                    return write(page.kept(page.kept().orElseThrow(), user, page.owner()));
                });
    }

    private KeptRun write(LedgerPage page) throws IOException {
        DurableFile.replace(ledger(page.runId()), Ledger.text(page));
        copyIntoRun(page);
        return kept(page).orElseThrow();
    }

    private static void copyIntoRun(LedgerPage page) {
        try {
            Path folder = Path.of(page.runDirectory());
            if (Files.isDirectory(folder)) {
                DurableFile.replace(folder.resolve("ledger.json"), Ledger.text(page));
            }
        } catch (IOException unwritable) {
            // For people only; the one that counts is in the state folder.
            return;
        }
    }

    private Optional<KeptRun> kept(LedgerPage page) {
        Optional<Long> usedBy = Optional.of(page.owner()).filter(proc::runs).map(ProcessId::pid);
        return page.kept()
                .map(
                        cluster ->
                                new KeptRun(
                                        page.runId(),
                                        page.runDirectory(),
                                        cluster,
                                        page.user(),
                                        usedBy,
                                        Optional.of(token(page.runId())).filter(Files::exists)));
    }

    private static Optional<LedgerPage> read(Path file) {
        try {
            return Optional.of(Ledger.read(file));
        } catch (JacksonException unreadable) {
            // It is gone by now, or `shakedown down` names it.
            return Optional.empty();
        }
    }

    private Path ledger(String runId) {
        return state.resolve(runId + ".json");
    }

    private Path token(String runId) {
        return tokenOf(ledger(runId));
    }

    /** The file with the token of the cluster that a ledger describes. */
    static Path tokenOf(Path ledger) {
        return Path.of(ledger.toString().replaceAll("\\.json$", ".token"));
    }

    private static StepFailedException notKept(String runId) {
        return new StepFailedException(
                "the cluster of run " + runId + " is kept no more",
                "",
                List.of(),
                "shakedown run SCENARIO --keep starts another");
    }

    private static StepFailedException used(String runId, ProcessId owner) {
        return new StepFailedException(
                "the cluster of run %s is used by another Shakedown, process %d"
                        .formatted(runId, owner.pid()),
                "",
                List.of(),
                "wait until that one has ended: ps -fp " + owner.pid());
    }

    /** Work on a ledger that no other Shakedown may interleave with. */
    private interface Work {
        KeptRun run() throws IOException;
    }

    private KeptRun locked(Work work) {
        Path lock = state.resolve("kept.lock");
        try {
            Files.createDirectories(state);
            try (FileChannel channel =
                            FileChannel.open(
                                    lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = channel.lock()) {
                return held.isValid() ? work.run() : notReached();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write into " + state, e);
        }
    }

    private static KeptRun notReached() {
        throw new IllegalStateException("a lock that is held is valid");
    }
}
