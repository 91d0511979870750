package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The system's OpenSSH, so that keys, agents, jump hosts and host key checks are the user's own.
 * One connection a host is shared by all commands; it ends by itself half a minute after the last.
 *
 * @param user absent: as the configuration says
 * @param configFile instead of the user's own
 */
record OpenSsh(Optional<String> user, Optional<Path> configFile) implements Launcher {
    @Override
    public String program() {
        return "ssh";
    }

    /** {@code ssh [-F file] [-l user] host}. */
    @Override
    public List<String> argv(SshHost host) {
        List<String> argv = new ArrayList<>(List.of("ssh"));
        configFile.ifPresent(file -> argv.addAll(List.of("-F", file.toString())));
        user.ifPresent(name -> argv.addAll(List.of("-l", name)));
        argv.add(host.name());
        return argv;
    }

    /** Never asks, never forwards, and shares one connection. */
    @Override
    public List<String> argv(SshHost host, Path sockets, String command) {
        List<String> argv = new ArrayList<>(argv(host));
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
        argv.addAll(List.of("-T", "--", host.name(), command));
        return argv;
    }

    @Override
    public List<String> farewell(SshHost host, Path sockets) {
        List<String> argv = new ArrayList<>(argv(host, sockets, "exit"));
        argv.removeLast();
        argv.addAll(argv.indexOf("-T"), List.of("-O", "exit"));
        return argv;
    }

    @Override
    public void clean(Map<String, String> environment) {
        // What may go along is for the user's ssh configuration to say.
    }

    @Override
    public boolean isOwn(int status, String errors) {
        return status == FAILED;
    }

    @Override
    public StepFailedException trouble(SshHost host, String errors) {
        return SshTrouble.of(host, errors);
    }

    /** As {@code ssh -G} resolves it. */
    @Override
    public Optional<String> address(SshHost host) {
        try {
            List<String> argv = new ArrayList<>(argv(host));
            argv.add(1, "-G");
            Process process = new ProcessBuilder(argv).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return said.lines()
                    .filter(line -> line.startsWith("hostname "))
                    .map(line -> line.substring("hostname ".length()).strip())
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean endsWhatIsLeft() {
        return false;
    }

    @Override
    public String slurmJob() {
        return "";
    }
}
