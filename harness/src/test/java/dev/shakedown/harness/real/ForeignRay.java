package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.local.PythonEnvironments;
import dev.shakedown.harness.scenario.LocalSpec;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A Ray of somebody else beside the runs, from the same Python, which must not notice them. */
record ForeignRay(Process process, Path folder, StartedProcesses daemons) {
    private static final Duration UP = Duration.ofMinutes(3);

    static ForeignRay start() throws IOException, InterruptedException {
        return start("--num-cpus=1", "--include-dashboard=false");
    }

    /** One that takes jobs, with GPUs that are only numbers. */
    static ForeignRay withDashboard(int port, int gpus) throws IOException, InterruptedException {
        return start("--num-cpus=2", "--num-gpus=" + gpus, "--dashboard-port=" + port);
    }

    private static ForeignRay start(String... more) throws IOException, InterruptedException {
        Path bin =
                PythonEnvironments.ofUser().provide(LocalSpec.MANAGED_CPU, Progress.SILENT).bin();
        // Ray's socket paths must stay under 107 characters: a short folder.
        Path folder = Files.createTempDirectory(Path.of("/tmp"), "fr");
        Path log = folder.resolve("log.txt");
        List<String> argv =
                new ArrayList<>(
                        List.of(
                                bin.resolve("ray").toString(),
                                "start",
                                "--head",
                                "--block",
                                "--disable-usage-stats",
                                "--object-store-memory=80000000",
                                "--port=" + freePort(),
                                "--ray-client-server-port=" + freePort(),
                                // Two agents that want the default port: one takes no jobs.
                                "--dashboard-agent-listen-port=" + freePort(),
                                "--temp-dir=" + folder));
        argv.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(argv);
        builder.environment().put("RAY_AUTH_MODE", "disabled");
        builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
        builder.environment().put("VLLM_CPU_KVCACHE_SPACE", "1");
        builder.environment().put("VLLM_CPU_OMP_THREADS_BIND", "nobind");
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        Process process = builder.start();
        long end = System.nanoTime() + UP.toNanos();
        while (!Files.readString(log).contains("Ray runtime started")) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("the foreign Ray starts:\n%s", Files.readString(log))
                    .isTrue();
            Thread.sleep(100);
        }
        return new ForeignRay(process, folder, StartedProcesses.below(process.toHandle()));
    }

    void assertUnharmed() {
        assertThat(process.isAlive()).isTrue();
        for (String daemon : List.of("/gcs_server", "/raylet")) {
            assertThat(daemons.first(daemon).isAlive()).as(daemon).isTrue();
        }
    }

    void end() throws IOException, InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        daemons.assertAllGone();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
