package dev.shakedown.harness.cluster.process;

import dev.shakedown.harness.cluster.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * What runs of this user left behind, from anywhere on the machine. Runs whose Shakedown process
 * still lives, and runs of other machines that share the home folder, are left alone.
 */
public final class Leftovers {
    private final Path stateFolder;
    private final ProcFs proc;

    /** Those of the user who runs this JVM. */
    public static Leftovers ofUser() {
        return of(System.getenv());
    }

    /**
     * Those of a user with this environment.
     *
     * @param environment says by {@code XDG_STATE_HOME} and {@code HOME} where the ledgers are
     */
    public static Leftovers of(Map<String, String> environment) {
        return new Leftovers(Ledger.stateFolder(environment), new ProcFs());
    }

    Leftovers(Path stateFolder, ProcFs proc) {
        this.stateFolder = stateFolder;
        this.proc = proc;
    }

    /** Changes nothing. Ledgers that cannot be read are named by {@link #end}. */
    public List<Leftover> list() {
        return ledgers().stream()
                .flatMap(file -> orphan(file).stream())
                .map(
                        page ->
                                new Leftover(
                                        page.runId(),
                                        page.runDirectory(),
                                        new Members(proc, page)
                                                .find(List.of()).values().stream()
                                                        .map(this::describe)
                                                        .sorted()
                                                        .toList()))
                .toList();
    }

    /**
     * Ends all of them, and forgets those of which nothing is left.
     *
     * @param remote ends what runs on other hosts
     * @param cluster ends what is in Kubernetes clusters
     */
    public EndReport end(Progress progress, LedgerHost.End remote, LedgerNamespace.End cluster) {
        EndReport all = new EndReport(List.of(), List.of());
        for (Path file : ledgers()) {
            all = all.and(end(file, progress, new Ends(remote, cluster)));
        }
        return all;
    }

    private record Ends(LedgerHost.End remote, LedgerNamespace.End cluster) {}

    private EndReport end(Path file, Progress progress, Ends ends) {
        try {
            LedgerPage page = Ledger.read(file);
            if (!orphaned(page)) {
                return new EndReport(List.of(), List.of());
            }
            progress.say("Ending what run " + page.runId() + " left (" + page.runDirectory() + ")");
            EndReport report = new TreeEnd(proc, page).end();
            for (LedgerHost host : page.hosts()) {
                progress.say("Ending what it left on " + host.host());
                report = report.and(ends.remote().end(page.runId(), host));
            }
            for (LedgerNamespace namespace : page.namespaces()) {
                progress.say("Ending what it left in namespace " + namespace.namespace());
                report = report.and(ends.cluster().end(page.runId(), namespace));
            }
            if (report.clean()) {
                Files.deleteIfExists(file);
            }
            return report;
        } catch (JacksonException | IOException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return new EndReport(List.of(), List.of(file + " cannot be read: " + reason));
        }
    }

    private List<LedgerPage> orphan(Path file) {
        try {
            LedgerPage page = Ledger.read(file);
            return orphaned(page) ? List.of(page) : List.of();
        } catch (JacksonException e) {
            return List.of();
        }
    }

    private boolean orphaned(LedgerPage page) {
        return page.host().equals(proc.hostName()) && !proc.runs(page.owner());
    }

    private String describe(ProcessStat process) {
        String command = proc.commandLine(process.pid());
        return process.pid() + " " + (command.isEmpty() ? process.name() : command);
    }

    private List<Path> ledgers() {
        if (!Files.isDirectory(stateFolder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(stateFolder)) {
            return new ArrayList<>(
                    files.filter(file -> file.toString().endsWith(".json")).sorted().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
