package dev.shakedown.harness.cluster.process;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Everything that one run starts on this machine. Each process leads a session of its own, so that
 * a terminal's Ctrl-C reaches Shakedown alone, and carries the run's id in its environment; what it
 * starts in turn is found by session, descent or that mark.
 */
public final class ProcessTree {

    /** The environment variable that holds the run's id. */
    public static final String MARKER = "SHAKEDOWN_RUN";

    private final Ledger ledger;
    private final Set<Path> sharedMemory = new HashSet<>();

    public ProcessTree(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Starts a process; it is in the ledger when this returns.
     *
     * @throws StepFailedException if {@code setsid} is missing or the log cannot be written
     */
    public StartedProcess start(ProcessSpec spec) {
        List<String> argv = new ArrayList<>(List.of("setsid", "-w"));
        argv.addAll(spec.argv());
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().putAll(spec.env());
        builder.environment().put(MARKER, ledger.page().runId());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()));
        ledger.announce();
        try {
            Path folder = spec.log().toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Process process = builder.start();
            ledger.add(new LedgerEntry(spec.what(), leader(process.pid())));
            return new StartedProcess(spec.what(), process, spec.log());
        } catch (IOException e) {
            throw new StepFailedException(
                    spec.what() + " could not be started: " + e.getMessage(),
                    "",
                    List.of(String.join(" ", spec.argv())),
                    "");
        }
    }

    /**
     * Remembers the shared memory that is open now: a process that is killed can no longer be asked
     * for what it had.
     */
    public synchronized void rememberSharedMemory() {
        new Members(ledger.proc(), ledger.page())
                .find(List.of())
                .keySet()
                .forEach(member -> sharedMemory.addAll(ledger.proc().sharedMemory(member.pid())));
    }

    /** Ends everything that belongs to the run and removes what it left; may be called again. */
    public synchronized EndReport end() {
        EndReport report = new TreeEnd(ledger.proc(), ledger.page(), sharedMemory).end();
        // An interrupted thread cannot write files; the list must be closed all the same.
        boolean interrupted = Thread.interrupted();
        try {
            if (report.clean()) {
                ledger.close();
            }
            return report;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A process that is gone already gets start 0: then only the mark proves who belongs to it. */
    private ProcessId leader(long pid) {
        return ledger.proc()
                .identify(pid)
                .orElseGet(() -> new ProcessId(pid, 0, ledger.proc().bootId()));
    }
}
