package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.LedgerContainer;
import dev.shakedown.harness.cluster.process.LedgerHost;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Ends what a run has on a host, by what its ledger says. */
public final class SshEnd implements LedgerHost.End, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** For a note, which is worth no long wait for a host that is gone. */
    private static final Duration NOTE = Duration.ofSeconds(15);

    private final Ssh ssh;

    /** With connections of its own. */
    public SshEnd() {
        this(new Ssh());
    }

    SshEnd(Ssh ssh) {
        this.ssh = ssh;
    }

    @Override
    public EndReport end(String runId, LedgerHost host) {
        if (!SshFolder.isOne(host.folder())) {
            return left(host, host.folder() + " is no folder of a run, the ledger was changed");
        }
        try {
            return report(host, ask("end", runId, host, PATIENCE));
        } catch (StepFailedException e) {
            if (!host.slurmJob().isEmpty() && SrunTrouble.over(e)) {
                return endedBySlurm(host);
            }
            return left(
                    host,
                    "%s; what runs there is known by SHAKEDOWN_RUN=%s and %s"
                            .formatted(e.what(), runId, host.folder()));
        }
    }

    /**
     * Lets the host write down what shared memory the run has there, before somebody else kills who
     * holds it; a container has its own.
     *
     * @throws StepFailedException if the host does not answer
     */
    boolean note(String runId, LedgerHost host) {
        if (host.container().isPresent() || !SshFolder.isOne(host.folder())) {
            return false;
        }
        JsonNode _ = ask("note", runId, host, NOTE);
        return true;
    }

    private JsonNode ask(String what, String runId, LedgerHost host, Duration patience) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", what);
        request.put("run", runId);
        request.put(
                "leaders",
                host.leaders().stream()
                        .map(
                                leader ->
                                        Map.of(
                                                "pid", leader.pid(),
                                                "startTicks", leader.startTicks(),
                                                "bootId", leader.bootId()))
                        .toList());
        request.put("folders", List.of(host.folder()));
        host.container().ifPresent(container -> request.put("container", asked(container)));
        return new HostAgent(ssh, SshHost.of(host), host.python()).ask(request, patience);
    }

    /** An answer that names nothing is not the same as nothing left. */
    static EndReport report(LedgerHost host, JsonNode said) {
        return said.path("ended").isArray() && said.path("left").isArray()
                ? new EndReport(lines(host, said, "ended"), lines(host, said, "left"))
                : left(host, "its answer says not what has ended: " + said);
    }

    /** Nothing reaches the host any more, and no process of the run is there; a folder may be. */
    private static EndReport endedBySlurm(LedgerHost host) {
        return new EndReport(
                List.of(
                        "%s: by Slurm, with its allocation %s; the folder %s may still be there"
                                .formatted(host.host(), host.slurmJob(), host.folder())),
                List.of());
    }

    private static EndReport left(LedgerHost host, String why) {
        return new EndReport(List.of(), List.of(host.host() + ": " + why));
    }

    private static Map<String, String> asked(LedgerContainer container) {
        return Map.of(
                "runtime", container.runtime(),
                "name", container.name(),
                "image", container.image(),
                "label", Containers.LABEL);
    }

    @Override
    public void close() {
        ssh.close();
    }

    private static List<String> lines(LedgerHost host, JsonNode said, String which) {
        return said.path(which)
                .valueStream()
                .map(line -> host.host() + ": " + line.asString(""))
                .toList();
    }
}
