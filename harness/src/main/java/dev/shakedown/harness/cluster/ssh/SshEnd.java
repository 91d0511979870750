package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.LedgerHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Ends what a run has on a host, by what its ledger says. */
public final class SshEnd implements LedgerHost.End, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

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
        SshHost there =
                new SshHost(
                        host.host(),
                        Optional.of(host.user()).filter(user -> !user.isEmpty()),
                        Optional.of(host.configFile()).filter(f -> !f.isEmpty()).map(Path::of));
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("do", "end");
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
        try {
            JsonNode said = new HostAgent(ssh, there, host.python()).ask(request, PATIENCE);
            return new EndReport(lines(host, said, "ended"), lines(host, said, "left"));
        } catch (StepFailedException e) {
            return new EndReport(
                    List.of(),
                    List.of(
                            "%s: %s; what runs there is known by SHAKEDOWN_RUN=%s and %s"
                                    .formatted(host.host(), e.what(), runId, host.folder())));
        }
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
