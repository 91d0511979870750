package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.process.LedgerContainer;
import dev.shakedown.harness.cluster.process.LedgerHost;
import dev.shakedown.harness.scenario.SshSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One host, and what reaches it. */
record SshHost(String name, Launcher launcher) {

    /** As the user's OpenSSH reaches it. */
    SshHost(String name, Optional<String> user, Optional<Path> configFile) {
        this(name, new OpenSsh(user, configFile));
    }

    static List<SshHost> of(SshSpec spec) {
        Launcher launcher =
                spec.slurm()
                        .filter(SshSpec.Slurm::bySrun)
                        .<Launcher>map(slurm -> new Srun(slurm.job(), slurm.gpus()))
                        .orElseGet(() -> new OpenSsh(spec.user(), spec.configFile()));
        return spec.hosts().stream().map(host -> new SshHost(host, launcher)).toList();
    }

    /** As a ledger knows it. What ends processes needs no GPU. */
    static SshHost of(LedgerHost host) {
        Launcher launcher =
                host.slurmJob().isEmpty()
                        ? new OpenSsh(
                                Optional.of(host.user()).filter(user -> !user.isEmpty()),
                                Optional.of(host.configFile())
                                        .filter(file -> !file.isEmpty())
                                        .map(Path::of))
                        : new Srun(host.slurmJob(), 0);
        return new SshHost(host.host(), launcher);
    }

    /** As a ledger is told, with nothing started yet. */
    LedgerHost page(String python, String folder, Optional<LedgerContainer> container) {
        String user = "";
        String configFile = "";
        if (launcher instanceof OpenSsh ssh) {
            user = ssh.user().orElse("");
            configFile = ssh.configFile().map(Object::toString).orElse("");
        }
        return new LedgerHost(
                name, user, configFile, launcher.slurmJob(), python, folder, List.of(), container);
    }

    /** What stands before a command, for people. */
    List<String> argv() {
        return launcher.argv(this);
    }

    /** By what name or address the others know it. */
    Optional<String> address() {
        return launcher.address(this);
    }
}
