package dev.shakedown.harness.cluster.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Ends one run's processes: asks, waits a little, then kills whatever remains (a Ray head's GCS was
 * seen to ignore TERM for 25 minutes), and looks until none is there. Then removes the run's
 * temporary folders and the shared memory that only its processes held.
 */
final class TreeEnd {
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final Duration KILL = Duration.ofSeconds(15);
    private static final int COMMAND_SHOWN = 100;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final ProcFs proc;
    private final LedgerPage page;
    private final Members members;
    private final Map<ProcessId, String> seen = new HashMap<>();
    private final Set<Path> sharedMemory;
    private boolean interrupted;

    TreeEnd(ProcFs proc, LedgerPage page) {
        this(proc, page, Set.of());
    }

    /**
     * @param sharedMemory that processes of the run were seen to have, and may have no longer
     */
    TreeEnd(ProcFs proc, LedgerPage page, Set<Path> sharedMemory) {
        this.sharedMemory = new HashSet<>(sharedMemory);
        this.proc = proc;
        this.page = page;
        this.members = new Members(proc, page);
    }

    /**
     * An interrupt does not cut it short, it would leave processes; the flag is set again after.
     */
    EndReport end() {
        interrupted = Thread.interrupted();
        try {
            return endAll();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private EndReport endAll() {
        Map<ProcessId, ProcessStat> running = look();
        running.keySet().forEach(process -> signal(process, false));
        running = await(GRACE, false);
        if (!running.isEmpty()) {
            running = await(KILL, true);
        }
        List<String> ended = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Map.Entry<ProcessId, String> process : seen.entrySet()) {
            (running.containsKey(process.getKey()) ? left : ended).add(process.getValue());
        }
        if (left.isEmpty()) {
            removeFiles(ended, left);
        }
        return new EndReport(ended, left);
    }

    /** Looks until nothing runs or the time is over; {@code kill}s whatever it sees. */
    private Map<ProcessId, ProcessStat> await(Duration time, boolean kill) {
        long end = System.nanoTime() + time.toNanos();
        Map<ProcessId, ProcessStat> running = look();
        while (!running.isEmpty() && System.nanoTime() < end) {
            if (kill) {
                running.keySet().forEach(process -> signal(process, true));
            }
            pause();
            running = look();
        }
        return running;
    }

    private Map<ProcessId, ProcessStat> look() {
        Map<ProcessId, ProcessStat> running = members.find(seen.keySet());
        for (ProcessStat process : running.values()) {
            ProcessId id = new ProcessId(process.pid(), process.startTicks(), proc.bootId());
            if (seen.putIfAbsent(id, describe(process)) == null) {
                sharedMemory.addAll(proc.sharedMemory(process.pid()));
            }
        }
        return running;
    }

    private String describe(ProcessStat process) {
        String command = proc.commandLine(process.pid());
        return "%d %s %s"
                .formatted(
                        process.pid(),
                        process.name(),
                        command.substring(0, Math.min(COMMAND_SHOWN, command.length())))
                .strip();
    }

    private void signal(ProcessId process, boolean kill) {
        if (!proc.runs(process)) {
            return;
        }
        ProcessHandle.of(process.pid())
                .ifPresent(handle -> accepted(kill ? handle.destroyForcibly() : handle.destroy()));
    }

    /** Whether the signal was delivered shows in the next look, not in what the call says. */
    private static void accepted(boolean ignored) {}

    private void removeFiles(List<String> ended, List<String> left) {
        Set<Path> held = new HashSet<>();
        if (!sharedMemory.isEmpty()) {
            proc.processes().forEach(other -> held.addAll(proc.sharedMemory(other.pid())));
        }
        for (Path file : sharedMemory) {
            if (!held.contains(file) && madeByTheRun(file)) {
                delete(file, ended, left);
            }
        }
        page.folders().stream()
                .map(Path::of)
                .filter(folder -> Files.exists(folder))
                .forEach(folder -> delete(folder, ended, left));
    }

    /** A model that somebody keeps in shared memory is older, or lies in a folder. */
    private boolean madeByTheRun(Path file) {
        try {
            Path shm = file.getParent();
            return shm != null
                    && shm.getNameCount() == 2
                    && Files.isRegularFile(file)
                    && Files.getLastModifiedTime(file).toMillis() >= page.openedAtMillis();
        } catch (IOException e) {
            return false;
        }
    }

    private static void delete(Path root, Collection<String> ended, Collection<String> left) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
            ended.add(root.toString());
        } catch (IOException | UncheckedIOException e) {
            left.add(root + ": " + e.getMessage());
        }
    }

    private void pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
        } catch (InterruptedException e) {
            interrupted = true;
        }
    }
}
