package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.local.PythonEnvironments;
import dev.shakedown.harness.scenario.LocalSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hosts h1, h2, … at 10.77.0.11, .12, … in network namespaces of this machine, each with a real
 * sshd. Wants root. One set at a time.
 */
final class RealHosts {
    private static final Path SCRIPTS = Path.of("src/test/resources/hosts");

    private final Path folder;

    private RealHosts(Path folder) {
        this.folder = folder;
    }

    /** Not under {@code /tmp}: each host has a {@code /tmp} of its own. */
    static RealHosts up(int count) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "shakedown-hosts");
        RealHosts hosts = new RealHosts(folder);
        Result up = script("up.sh", String.valueOf(count), folder.toString());
        if (up.status() != 0) {
            hosts.down();
        }
        assertThat(up.status()).as(up.output()).isZero();
        return hosts;
    }

    /** What a command on a host said, both streams, and how it ended. */
    record Result(int status, String output) {}

    Path sshConfig() {
        return folder.resolve("ssh_config");
    }

    /** For a scenario with provider ssh: the hosts and how to reach them. */
    String[] settings(String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--set", "ssh.hosts=[h1, h2]",
                                "--set", "ssh.configFile=" + sshConfig(),
                                "--set", "ssh.python=" + python()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    /** Puts a stand-in for Podman on the PATH of both hosts, with one image: this Python. */
    void installPodman(String image) throws IOException, InterruptedException {
        Path program = folder.resolve("podman");
        Files.copy(SCRIPTS.resolve("podman"), program);
        for (String host : List.of("h1", "h2")) {
            Result installed =
                    on(
                            host,
                            ("mount -t tmpfs -o size=4m tmpfs /usr/local/sbin && cd /usr/local/sbin"
                                            + " && install -m 755 %s podman && mkdir state"
                                            + " && echo '%s sha256:0123456789abcdef %s:/usr/bin:/bin' > state/images"
                                            + " && command -v podman")
                                    .formatted(program, image, python().getParent()));
            assertThat(installed.output()).as(host).contains("/usr/local/sbin/podman");
        }
    }

    /** Names of the containers that run there. */
    List<String> containers(String host) throws IOException, InterruptedException {
        return on(host, "cd /usr/local/sbin/state && ls | sed -n 's/[.]container$//p'")
                .output()
                .lines()
                .toList();
    }

    /** The hosts share this machine's disk, and so its Python environments. */
    static Path python() {
        return PythonEnvironments.ofUser()
                .provide(LocalSpec.MANAGED_CPU, Progress.SILENT)
                .bin()
                .resolve("python");
    }

    /** Runs a command on a host. */
    Result on(String host, String command) throws IOException, InterruptedException {
        return run(List.of("ssh", "-F", sshConfig().toString(), host, command));
    }

    /** Runs a command in a host's network, as its administrator would. */
    Result inNetworkOf(String host, String... command) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("ip", "netns", "exec", host));
        argv.addAll(List.of(command));
        return run(argv);
    }

    /** The host takes from this peer only ssh and the ports that Ray is given. */
    void blockEphemeralPorts(String host, String peer) throws IOException, InterruptedException {
        Result blocked = script("block-ephemeral.sh", host, peer);
        assertThat(blocked.status()).as(blocked.output()).isZero();
    }

    /** A Ray of somebody else, from the same Python, which must not notice what runs beside it. */
    void startForeignRay(String host, String address) throws IOException, InterruptedException {
        String start =
                "%s/ray start --head --block --disable-usage-stats --include-dashboard=false"
                        + " --num-cpus=1 --object-store-memory=80000000 --port=7399"
                        + " --node-ip-address=%s --ray-client-server-port=7398 --temp-dir=/tmp/foreign"
                        + " --min-worker-port=30000 --max-worker-port=30050";
        Result started =
                on(
                        host,
                        ("mkdir -p /tmp/foreign; RAY_AUTH_MODE=disabled setsid "
                                        + start
                                        + " >/tmp/foreign/log 2>&1 </dev/null &"
                                        + " for i in $(seq 600); do"
                                        + " grep -q 'Ray runtime started' /tmp/foreign/log && exit 0;"
                                        + " sleep 0.1; done; cat /tmp/foreign/log; exit 1")
                                .formatted(python().getParent(), address));
        assertThat(started.status()).as(started.output()).isZero();
        assertThat(foreignDaemons(host)).hasSize(2);
    }

    /** Its processes, by pid. */
    List<String> foreignDaemons(String host) throws IOException, InterruptedException {
        return on(
                        host,
                        "pgrep -f '/[r]aylet .*/tmp/foreign'; pgrep -f '/[g]cs_server .*/tmp/foreign'")
                .output()
                .lines()
                .toList();
    }

    /**
     * Nothing of a run is left on any host. Workers of Ray and vLLM write their title over command
     * line and environment; they hold the run's folder open.
     */
    void assertClean() throws IOException, InterruptedException {
        assertSilent(
                """
                ls -d /tmp/[s]d-* 2>/dev/null
                pgrep -af '/tmp/[s]d-'
                for process in /proc/[0-9]*; do
                  ls -l $process/fd 2>/dev/null | grep -q ' /tmp/[s]d-' && echo $process $(tr '\\0' ' ' <$process/cmdline)
                done
                true""");
    }

    /** Nor shared memory, which those who live map or hold open. */
    void assertNoSharedMemoryIsLeft() throws IOException, InterruptedException {
        assertSilent(
                """
                for file in $(find /dev/shm -type f); do
                  cat /proc/[0-9]*/maps 2>/dev/null | grep -qF " $file" ||
                    ls -l /proc/[0-9]*/fd 2>/dev/null | grep -qF -e "-> $file" || ls -l $file
                done
                true""");
    }

    private void assertSilent(String command) throws IOException, InterruptedException {
        for (String host : List.of("h1", "h2")) {
            assertThat(on(host, command).output()).as(host).isEmpty();
        }
    }

    /** Ends the hosts and all that runs on them. */
    void down() throws IOException, InterruptedException {
        script("down.sh", folder.toString());
        run(List.of("rm", "-rf", folder.toString()));
    }

    private static Result script(String name, String... arguments)
            throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>();
        argv.add(SCRIPTS.resolve(name).toAbsolutePath().toString());
        argv.addAll(List.of(arguments));
        return run(argv);
    }

    /** Into a file: what a host's sshd inherits would keep a pipe open. */
    private static Result run(List<String> argv) throws IOException, InterruptedException {
        Path output = Files.createTempFile("hosts", ".txt");
        try {
            Process process =
                    new ProcessBuilder(argv)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            process.getOutputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s", argv).isTrue();
            return new Result(process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }
}
