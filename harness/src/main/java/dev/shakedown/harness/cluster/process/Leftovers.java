package dev.shakedown.harness.cluster.process;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Ends all of them but kept clusters, and forgets those of which nothing is left. */
    public EndReport end(Progress progress, Ends ends) {
        EndReport all = EndReport.NOTHING;
        for (Path file : ledgers()) {
            all = all.and(end(file, progress, ends));
        }
        return all;
    }

    /**
     * Ends what one run left, a cluster that it kept included.
     *
     * @param run its id or directory
     * @return nothing ended and nothing left where there is no such run
     */
    public EndReport end(String run, Progress progress, Ends ends) {
        String id = Ledger.idOf(run);
        EndReport all = EndReport.NOTHING;
        for (Path file : ledgers()) {
            String of = idOf(file);
            if (of.equals(Ledger.engineOf(id)) || of.equals(id)) {
                all = all.and(endNamed(file, progress, ends));
            }
        }
        return all;
    }

    /** Ends the engine that a run left which was killed; empty where it left none. */
    public Optional<EndReport> endEngine(String runId, Progress progress) {
        Path file = stateFolder.resolve(Ledger.engineOf(runId) + ".json");
        Ends nowhere =
                new Ends(
                        (_, _) -> EndReport.NOTHING,
                        (_, _) -> EndReport.NOTHING,
                        (_, _) -> EndReport.NOTHING);
        return Optional.of(file)
                .filter(Files::exists)
                .map(there -> end(there, progress, nowhere))
                .filter(report -> !report.equals(EndReport.NOTHING));
    }

    /** Of all runs that left a ledger: their ids. */
    public List<String> known() {
        return ledgers().stream()
                .map(Leftovers::idOf)
                .map(id -> id.replaceAll(Ledger.engineOf("") + "$", ""))
                .distinct()
                .toList();
    }

    /**
     * Strikes a run off the list without ending anything; for what can be ended no more.
     *
     * @return what it was, line by line; empty where there is no such run
     */
    public EndReport forget(String run) {
        String id = Ledger.idOf(run);
        EndReport all = EndReport.NOTHING;
        for (Path file : ledgers()) {
            if (idOf(file).equals(id) || idOf(file).equals(Ledger.engineOf(id))) {
                all = all.and(forget(file));
            }
        }
        return all;
    }

    private EndReport forget(Path file) {
        try {
            LedgerPage page = Ledger.read(file);
            if (page.host().equals(proc.hostName()) && hindrance(page).isPresent()) {
                return new EndReport(List.of(), List.of(hindrance(page).get()));
            }
            remove(file);
            return new EndReport(places(page), List.of());
        } catch (JacksonException unreadable) {
            return removed(file);
        } catch (IOException e) {
            return new EndReport(List.of(), List.of(file + " cannot be removed: " + e));
        }
    }

    private static EndReport removed(Path file) {
        try {
            remove(file);
            return new EndReport(List.of(file + ", which could not be read"), List.of());
        } catch (IOException e) {
            return new EndReport(List.of(), List.of(file + " cannot be removed: " + e));
        }
    }

    private static void remove(Path file) throws IOException {
        Files.deleteIfExists(KeptClusters.tokenOf(file));
        Files.deleteIfExists(file);
    }

    /** Where something of a run may be. */
    private static List<String> places(LedgerPage page) {
        List<String> places = new ArrayList<>();
        page.processes().forEach(one -> places.add("%s on %s".formatted(one.what(), page.host())));
        page.hosts().forEach(host -> places.add("%s on %s".formatted(host.folder(), host.host())));
        page.namespaces().forEach(one -> places.add("namespace " + one.namespace()));
        page.rays().forEach(ray -> places.add("jobs on the Ray at " + ray.dashboard()));
        return places.isEmpty() ? List.of("nothing but its ledger") : places;
    }

    private static String idOf(Path ledger) {
        return String.valueOf(ledger.getFileName()).replaceAll("\\.json$", "");
    }

    private EndReport endNamed(Path file, Progress progress, Ends ends) {
        try {
            LedgerPage page = Ledger.read(file);
            Optional<String> hindrance = hindrance(page);
            if (hindrance.isEmpty() && page.kept().isPresent()) {
                // From now on no run can take it, nor does one that has just taken it lose it.
                KeptRun _ = new KeptClusters(stateFolder, proc).take(page.runId());
            }
            return hindrance
                    .map(why -> new EndReport(List.of(), List.of(why)))
                    .orElseGet(() -> end(file, page, progress, ends));
        } catch (StepFailedException used) {
            return new EndReport(List.of(), List.of(used.what()));
        } catch (JacksonException unreadable) {
            return end(file, progress, ends);
        }
    }

    /** Why a run must not be ended from here although the user named it. */
    private Optional<String> hindrance(LedgerPage page) {
        if (!page.host().equals(proc.hostName())) {
            return Optional.of(
                    "run %s was started on %s: its processes are there; end it there with shakedown down %1$s"
                            .formatted(page.runId(), page.host()));
        }
        return proc.runs(page.owner()) && !page.owner().equals(self())
                ? Optional.of(
                        "run %s: its Shakedown works on it, process %d"
                                .formatted(page.runId(), page.owner().pid()))
                : Optional.empty();
    }

    private ProcessId self() {
        return proc.identify(ProcessHandle.current().pid()).orElseThrow();
    }

    /**
     * Who ends what is not on this machine.
     *
     * @param remote what runs on other hosts
     * @param cluster what is in Kubernetes clusters
     * @param ray jobs on Rays of somebody else
     */
    public record Ends(LedgerHost.End remote, LedgerNamespace.End cluster, LedgerRay.End ray) {}

    private EndReport end(Path file, Progress progress, Ends ends) {
        try {
            LedgerPage page = Ledger.read(file);
            return orphaned(page) ? end(file, page, progress, ends) : EndReport.NOTHING;
        } catch (JacksonException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            return new EndReport(List.of(), List.of(file + " cannot be read: " + reason));
        }
    }

    private EndReport end(Path file, LedgerPage page, Progress progress, Ends ends) {
        try {
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
            for (LedgerRay ray : page.rays()) {
                progress.say("Ending its jobs on the Ray at " + ray.dashboard());
                report = report.and(ends.ray().end(page.runId(), ray));
            }
            if (report.clean()) {
                remove(file);
            }
            return report;
        } catch (IOException e) {
            return new EndReport(List.of(), List.of(file + " cannot be removed: " + e));
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
        return page.host().equals(proc.hostName())
                && page.kept().isEmpty()
                && !proc.runs(page.owner());
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
