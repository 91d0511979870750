package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.scenario.SshSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One host, as the user's OpenSSH reaches it. */
record SshHost(String name, Optional<String> user, Optional<Path> configFile) {

    static List<SshHost> of(SshSpec spec) {
        return spec.hosts().stream()
                .map(host -> new SshHost(host, spec.user(), spec.configFile()))
                .toList();
    }

    /** {@code ssh [-F file] [-l user] host}, for people. */
    List<String> argv() {
        List<String> argv = new ArrayList<>(List.of("ssh"));
        configFile.ifPresent(file -> argv.addAll(List.of("-F", file.toString())));
        user.ifPresent(name -> argv.addAll(List.of("-l", name)));
        argv.add(name);
        return argv;
    }

    /**
     * Never asks, never forwards, and shares one connection.
     *
     * @param sockets folder for the shared connection's socket, with a short path
     */
    List<String> argv(Path sockets, String command) {
        List<String> argv = new ArrayList<>(argv());
        argv.removeLast();
        for (String option :
                List.of(
                        "BatchMode=yes",
                        "ConnectTimeout=10",
                        "ServerAliveInterval=5",
                        "ServerAliveCountMax=3",
                        "ClearAllForwardings=yes",
                        "ForwardAgent=no",
                        "LogLevel=ERROR",
                        "ControlMaster=auto",
                        "ControlPersist=30",
                        "ControlPath=" + sockets + "/%C")) {
            argv.addAll(List.of("-o", option));
        }
        argv.addAll(List.of("-T", "--", name, command));
        return argv;
    }
}
