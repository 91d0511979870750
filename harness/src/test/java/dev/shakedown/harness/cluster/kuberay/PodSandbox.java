package dev.shakedown.harness.cluster.kuberay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the containers of one pod share: a network with {@code eth0} on the rig's bridge, a host
 * name, {@code /etc/hosts} and no other name service (Ray would wait for one that does not answer),
 * {@code /dev/shm} and {@code /tmp/ray}, and the process whose end is that of all others in the
 * pod. It ends when its standard input does, so nothing outlives the tests' JVM.
 */
final class PodSandbox implements AutoCloseable {
    private static final String BRIDGE = "pods";
    private static final String GATEWAY = "10.245.0.1";

    private static final String SETUP =
            """
            set -e
            read -r _
            ip link set lo up
            ip addr add "$1/16" dev eth0
            ip link set eth0 up
            ip route add default via "$2"
            hostname "$3"
            mount --bind "$4/hosts" /etc/hosts
            mount --bind /dev/null /etc/resolv.conf
            mount -t tmpfs none /dev/shm
            mkdir -p /tmp/ray
            mount --bind "$4/ray" /tmp/ray
            echo up
            exec cat
            """;

    private final Process process;
    private final long init;
    private final String ip;
    private final Path hosts;

    /**
     * @param number of the pod in the rig
     * @param folder of the pod's own
     */
    PodSandbox(int number, String name, Path folder) throws IOException {
        this.ip = "10.245.%d.%d".formatted(number / 250, number % 250 + 2);
        this.hosts = Files.createFile(folder.resolve("hosts"));
        Files.createDirectory(folder.resolve("ray"));
        List<String> argv = new ArrayList<>(List.of("unshare", "--net", "--uts", "--mount"));
        argv.addAll(List.of("--pid", "--fork", "--kill-child", "--mount-proc"));
        argv.addAll(List.of("bash", "-c", SETUP, "sandbox", ip, GATEWAY, name, folder.toString()));
        this.process =
                new ProcessBuilder(argv)
                        .redirectError(folder.resolve("sandbox.log").toFile())
                        .start();
        this.init = child(process);
        run(
                "ip",
                "link",
                "add",
                "pod" + number,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                "" + init);
        run("ip", "link", "set", "pod" + number, "master", BRIDGE, "up");
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            process.outputWriter(StandardCharsets.UTF_8).append("go\n").flush();
            if (!"up".equals(output.readLine())) {
                throw new IOException(Files.readString(folder.resolve("sandbox.log")));
            }
        }
    }

    /** The pods' network, in the network namespace of this process. */
    static void makeBridge() {
        run("ip", "link", "add", BRIDGE, "type", "bridge");
        run("ip", "addr", "add", GATEWAY + "/16", "dev", BRIDGE);
        run("ip", "link", "set", BRIDGE, "up");
    }

    static void removeBridge() {
        run("ip", "link", "del", BRIDGE);
    }

    private static long child(Process parent) throws IOException {
        while (parent.isAlive()) {
            List<ProcessHandle> children = parent.children().toList();
            if (!children.isEmpty()) {
                return children.getFirst().pid();
            }
            Thread.onSpinWait();
        }
        throw new IOException("unshare ended with " + parent.exitValue());
    }

    private static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("failed: " + String.join(" ", command));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    String ip() {
        return ip;
    }

    /** In place: the file is mounted. */
    void hosts(String content) {
        try {
            if (!Files.readString(hosts).equals(content)) {
                Files.writeString(hosts, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A container's main process, first of a process namespace of its own: its end is theirs. */
    Process start(List<String> command, Map<String, String> env, Path log) throws IOException {
        List<String> argv = new ArrayList<>(List.of("nsenter", "--target=" + init));
        argv.addAll(List.of("--net", "--uts", "--mount", "--pid"));
        argv.addAll(List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"));
        argv.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(argv)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().clear();
        builder.environment().putAll(env);
        return builder.start();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
