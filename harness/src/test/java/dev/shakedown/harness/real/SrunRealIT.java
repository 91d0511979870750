package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Real Ray by steps of an allocation of a real Slurm, which ends what a step leaves running. */
@Tag("full")
@Timeout(600)
@Order(0)
@Isolated("its deadlines are those of hosts with nothing else to do")
class SrunRealIT {
    private static final Duration UP = Duration.ofMinutes(5);
    private static final Duration END = Duration.ofSeconds(180);

    private static final String SCENARIO =
            """
            schemaVersion: 1
            name: by-steps
            question: Do two nodes of a Slurm allocation make one Ray?
            cluster: { provider: ssh, nodes: 2, gpusPerNode: 2 }
            ssh: { hosts: slurm, launcher: srun, python: %s }
            smoke: { monteCarloPi: { samplesPerTask: 200000, burnSeconds: 1, matrixSize: 256 } }
            """;

    private static RealHosts hosts;
    private static RealSlurm slurm;

    @TempDir Path folder;
    private String job = "";

    @BeforeAll
    static void bringUpSlurm() throws Exception {
        hosts = RealHosts.up(2);
        slurm = RealSlurm.up(hosts);
    }

    @AfterAll
    static void endSlurm() throws Exception {
        slurm.down();
        hosts.down();
    }

    @BeforeEach
    void allocate() throws Exception {
        job = slurm.allocate();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        slurm.cancel(job);
        hosts.assertClean();
    }

    @Test
    void checkOfTwoNodesGoesFromPreflightToFabricAndLeavesNoStep() throws Exception {
        try (ShakedownProcess run = run("--stop-after", "Fabric")) {
            assertThat(run.exitCode(UP)).as(run.tail()).isZero();
            assertThat(run.output())
                    .contains("head + 1 worker, 4 GPUs registered")
                    .contains("samples on 4 GPUs", "4 ranks on gloo")
                    .contains("what this run started has ended");
            assertThat(run.directory().resolve("logs/h2/raylet.out")).isNotEmptyFile();
        }
        slurm.awaitNoStep(job);
    }

    @Test
    void downEndsWhatAKilledShakedownLeftFromAnyShellOfTheCluster() throws Exception {
        kill();
        assertThat(slurm.steps(job)).hasSize(2);
        String ofSlurm =
                "tr '\\0' '\\n' < /proc/$(pgrep -x raylet)/environ | grep -E '^(SLURM|PMI)'";
        assertThat(hosts.on("h2", ofSlurm).output()).isEmpty();

        try (ShakedownProcess down = ShakedownProcess.down(slurm.outside(), folder)) {
            assertThat(down.exitCode(END)).as(down.tail()).isZero();
            assertThat(down.output()).contains("h1: /tmp/sd-", "h2: /tmp/sd-", "raylet");
        }
        assertThat(hosts.on("h2", "pgrep -x raylet").output()).isEmpty();
        slurm.awaitNoStep(job);
    }

    @Test
    void allocationThatEndsEndsAllAndDownSaysSo() throws Exception {
        kill();
        slurm.cancel(job);
        assertThat(hosts.on("h2", "pgrep -x raylet; pgrep -x ray").output()).isEmpty();

        try (ShakedownProcess down = ShakedownProcess.down(slurm.outside(), folder)) {
            assertThat(down.exitCode(END)).as(down.tail()).isZero();
            assertThat(down.output()).contains("h2: by Slurm, with its allocation " + job);
        }
        for (String host : List.of("h1", "h2")) {
            assertThat(hosts.on(host, "rm -r /tmp/sd-*").status()).isZero();
        }
        job = slurm.allocate();
    }

    /** In the Pi job, as a crash would. */
    private void kill() throws IOException, InterruptedException {
        try (ShakedownProcess run =
                run("--stop-after", "Smoke", "--set", "smoke.monteCarloPi.burnSeconds=200")) {
            run.awaitLine("burning", UP);
            run.handle().destroyForcibly();
            run.exitCode(END);
            assertThat(hosts.on("h2", "pgrep -x raylet").status()).isZero();
        }
    }

    private ShakedownProcess run(String... more) throws IOException {
        Path scenario =
                Files.writeString(
                        folder.resolve("steps.yaml"), SCENARIO.formatted(RealHosts.python()));
        return ShakedownProcess.run(slurm.inside(job), folder, scenario, more);
    }
}
