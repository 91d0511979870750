package dev.shakedown.harness.cluster.ray;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Ray of several raylets on this machine, each with own ports, temp folder and session. They
 * share the machine's outward address: Ray replaces loopback addresses by it. What was started is
 * ended by its session ids, so nothing else can be hit.
 */
public final class RealRay implements AutoCloseable {
    public static final String PINNED = "2.60.0";
    public static final String OLDER = "2.55.1";
    private static final Duration UP = Duration.ofSeconds(120);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final Path bin;
    private final Path folder;
    private final Optional<String> token;
    private final List<Process> nodes = new ArrayList<>();
    private final URI dashboard;

    private RealRay(Path bin, Path folder, Optional<String> token, URI dashboard) {
        this.bin = bin;
        this.folder = folder;
        this.token = token;
        this.dashboard = dashboard;
    }

    /** Returns when all nodes are registered. */
    public static RealRay start(String version, int nodes, int gpusPerNode)
            throws IOException, InterruptedException {
        return start(version, nodes, gpusPerNode, Optional.empty());
    }

    static RealRay start(String version, int nodes, int gpusPerNode, Optional<String> token)
            throws IOException, InterruptedException {
        // Ray's socket paths must stay under 107 characters: a short folder.
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "sr");
        int headPort = freePort();
        int dashboardPort = freePort();
        RealRay ray =
                new RealRay(
                        RayPython.bin(version),
                        folder,
                        token,
                        URI.create("http://127.0.0.1:" + dashboardPort));
        try {
            ray.node(
                    gpusPerNode,
                    List.of(
                            "--head",
                            "--port=" + headPort,
                            "--dashboard-host=127.0.0.1",
                            // Its default is a fixed port, which another Ray may have.
                            "--ray-client-server-port=" + freePort(),
                            "--dashboard-port=" + dashboardPort));
            String ip = ray.awaitNodes(1).getFirst().ip();
            for (int i = 1; i < nodes; i++) {
                ray.node(
                        gpusPerNode,
                        List.of("--address=" + ip + ":" + headPort, "--include-log-monitor=false"));
                ray.awaitNodes(i + 1);
            }
            return ray;
        } catch (IOException | InterruptedException | RuntimeException e) {
            ray.close();
            throw e;
        }
    }

    public URI dashboard() {
        return dashboard;
    }

    public RayClient client() {
        return new RayClient(dashboard, token);
    }

    RayHttp http() {
        return new RayHttp(dashboard, token, Duration.ofSeconds(30));
    }

    /** Sends SIGKILL to one node's raylet; 0 is the head. */
    public void killRaylet(int node) {
        ProcessHandle raylet =
                nodes.get(node)
                        .descendants()
                        .filter(p -> p.info().command().orElse("").endsWith("/raylet"))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no raylet in node " + node));
        raylet.destroyForcibly();
    }

    /** Sends SIGSTOP to the first of a node's workers that calls itself so, once there is one. */
    public void stopWorker(int node, String title) throws IOException, InterruptedException {
        Optional<ProcessHandle> worker = Optional.empty();
        while (worker.isEmpty()) {
            Thread.sleep(LOOK_AGAIN);
            worker =
                    nodes.get(node)
                            .descendants()
                            .filter(p -> title(p).startsWith(title))
                            .findFirst();
        }
        String pid = Long.toString(worker.orElseThrow().pid());
        new ProcessBuilder("kill", "-STOP", pid).inheritIO().start().waitFor();
    }

    /** Workers rewrite their command line, so the JDK's parts of it are of no use. */
    private static String title(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    /** Sends SIGKILL to everything of one node. */
    public void killNode(int node) throws IOException, InterruptedException {
        String session = Long.toString(nodes.get(node).pid());
        // Each node is a session of its own, whose id is its first process.
        new ProcessBuilder("pkill", "-KILL", "-s", session).inheritIO().start().waitFor();
        nodes.get(node).waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        try {
            for (int i = nodes.size() - 1; i >= 0; i--) {
                killNode(i);
            }
            deleteFolder();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ending Ray in " + folder, e);
        }
    }

    private void node(int gpus, List<String> flags) throws IOException {
        Path own = Files.createDirectory(folder.resolve("n" + nodes.size()));
        List<String> command =
                new ArrayList<>(List.of("setsid", bin.resolve("ray").toString(), "start"));
        command.addAll(flags);
        command.addAll(
                List.of(
                        "--num-gpus=" + gpus,
                        "--num-cpus=2",
                        "--temp-dir=" + own,
                        "--object-store-memory=100000000",
                        "--dashboard-agent-listen-port=0",
                        "--min-worker-port=0",
                        "--max-worker-port=0",
                        "--disable-usage-stats",
                        "--block"));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("n" + nodes.size() + ".log").toFile());
        Map<String, String> env = builder.environment();
        env.put("PATH", bin + ":" + env.getOrDefault("PATH", "/usr/bin:/bin"));
        env.put("RAY_AUTH_MODE", token.isPresent() ? "token" : "disabled");
        token.ifPresent(t -> env.put("RAY_AUTH_TOKEN", t));
        nodes.add(builder.start());
    }

    private List<RayNode> awaitNodes(int count) throws IOException, InterruptedException {
        long end = System.nanoTime() + UP.toNanos();
        try (RayClient client = client()) {
            while (System.nanoTime() < end && nodes.getLast().isAlive()) {
                try {
                    List<RayNode> alive = client.nodes().stream().filter(RayNode::alive).toList();
                    if (alive.size() >= count) {
                        return alive;
                    }
                } catch (RayRequestException e) {
                    // Not up yet: the deadline decides.
                }
                Thread.sleep(300);
            }
        }
        String log = Files.readString(folder.resolve("n" + (nodes.size() - 1) + ".log"));
        throw new IllegalStateException("Ray did not come up:\n" + log);
    }

    /** Processes that were just killed may still be letting go of their files. */
    private void deleteFolder() throws IOException, InterruptedException {
        for (int attempt = 0; Files.exists(folder); attempt++) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            } catch (IOException e) {
                if (attempt == 20) {
                    throw e;
                }
                Thread.sleep(200);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
