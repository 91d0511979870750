package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Pasted;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The provider ssh on two hosts with real sshds, real Ray and real vLLM. */
@Timeout(600)
@Order(0)
@Isolated("its deadlines are those of hosts with nothing else to do")
class SshRealIT {
    private static final Duration UP = Duration.ofMinutes(5);
    private static final Duration END = Duration.ofSeconds(180);

    private static final String SERVING =
            """
            schemaVersion: 1
            name: across-hosts
            question: Does vLLM serve with its ranks on two hosts?
            cluster: { provider: ssh, nodes: 2, gpusPerNode: 1 }
            ssh: { hosts: [h1, h2] }
            engine: { model: "builtin:tiny", tensorParallel: 2, executor: ray }
            smoke: off
            load:
              arrivals: { closedLoop: 2 }
              prompts: { inputTokens: 32, outputTokens: 16, seed: 42 }
              warmUp: 2s
              duration: 12s
            """;

    private static RealHosts hosts;
    private static List<String> foreign = List.of();

    @TempDir Path folder;

    @BeforeAll
    static void bringUpHosts() throws Exception {
        hosts = RealHosts.up(2);
        hosts.startForeignRay("h1", "10.77.0.11");
        foreign = hosts.foreignDaemons("h1");
    }

    @AfterAll
    static void endHosts() throws Exception {
        hosts.down();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        hosts.assertClean();
        hosts.assertNoSharedMemoryIsLeft();
        assertThat(hosts.foreignDaemons("h1")).isEqualTo(foreign);
    }

    @Test
    void tensorParallelRanksOnTwoHostsServeByRaysExecutor() throws Exception {
        Path run = serves("executor ray", "--set", "load.from=node:h2");
        assertThat(run.resolve("events.jsonl")).content().contains("Preflight/load generator");
    }

    @Test
    @Tag("full")
    void pipelineStagesOnTwoHostsServeByRaysExecutor() throws Exception {
        Path _ =
                serves(
                        "executor ray",
                        "--set",
                        "engine.tensorParallel=1",
                        "--set",
                        "engine.pipelineParallel=2");
    }

    @Test
    @Tag("full")
    void ranksOnTwoHostsServeByVllmsOwnMultiNodeMode() throws Exception {
        Path _ = serves("executor mp", "--set", "engine.executor=mp");
    }

    @Test
    void downEndsWhatAKilledShakedownLeftOnItsHosts() throws Exception {
        Path scenario = shipped("2x8");
        try (ShakedownProcess run =
                ShakedownProcess.run(
                        folder,
                        scenario,
                        hosts.settings(
                                "--stop-after", "Smoke",
                                "--set", "engine.model=builtin:tiny",
                                "--set", "engine.tensorParallel=1",
                                "--set", "engine.pipelineParallel=1",
                                "--set", "smoke.monteCarloPi.samplesPerTask=200000",
                                "--set", "smoke.monteCarloPi.burnSeconds=200",
                                "--set", "smoke.monteCarloPi.matrixSize=512"))) {
            run.awaitLine("burning", UP);
            assertThat(run.output()).contains("head + 1 worker, 16 GPUs registered");
            run.handle().destroyForcibly();
            run.exitCode(END);
            assertThat(hosts.on("h2", "pgrep -f raylet").status()).isZero();
        }
        try (ShakedownProcess down = ShakedownProcess.down(folder)) {
            assertThat(down.exitCode(END)).as(down.tail()).isZero();
            assertThat(down.output()).contains("h1: ", "h2: ", "raylet");
        }
        try (ShakedownProcess again = ShakedownProcess.down(folder)) {
            assertThat(again.exitCode(END)).as(again.tail()).isZero();
            assertThat(again.output()).contains("nothing left behind");
        }
    }

    @Test
    @Tag("full")
    void workerThatDiesInTheLoadEndsTheRun() throws Exception {
        Path scenario = Files.writeString(folder.resolve("across.yaml"), SERVING);
        try (ShakedownProcess run =
                ShakedownProcess.run(
                        folder, scenario, hosts.settings("--set", "load.duration=100s"))) {
            run.awaitLine("✓ EngineUp", UP);
            run.awaitLine("measuring, ", UP);
            assertThat(hosts.on("h2", "pkill -KILL -f '/[r]aylet .*/tmp/sd-'").status()).isZero();
            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(3);
            assertThat(run.record().verdict()).isEqualTo(Verdict.ABORTED);
            assertThat(run.output()).contains("✗ Measure").doesNotContain("Exception");
            assertThat(run.directory().resolve("logs/h2/raylet.out")).exists();
        }
    }

    @Test
    @Tag("full")
    void engineThatDiesInTheLoadLeavesNoSharedMemory() throws Exception {
        Path scenario = Files.writeString(folder.resolve("across.yaml"), SERVING);
        try (ShakedownProcess run =
                ShakedownProcess.run(
                        folder,
                        scenario,
                        hosts.settings(
                                "--set", "load.duration=100s", "--set", "engine.executor=mp"))) {
            run.awaitLine("measuring, ", UP);
            assertThat(hosts.on("h1", "pkill -KILL '^VLLM::'").status()).isZero();
            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(3);
            assertThat(run.output()).contains("✗ Measure").doesNotContain("Exception");
        }
    }

    @Test
    @Tag("full")
    void linesOfThePlanDoTheSameInAShell() throws Exception {
        Path scenario = Files.writeString(folder.resolve("across.yaml"), SERVING);
        List<String> lines = new ArrayList<>();
        lines.add("export PATH=%s:$PATH".formatted(RealHosts.python().getParent()));
        try (ShakedownProcess model =
                ShakedownProcess.run(
                        folder, scenario, hosts.settings("--stop-after", "ModelReady"))) {
            assertThat(model.exitCode(UP)).as(model.tail()).isZero();
        }
        try (ShakedownProcess plan = ShakedownProcess.plan(folder, scenario, hosts.settings())) {
            assertThat(plan.exitCode(END)).as(plan.tail()).isZero();
            lines.addAll(plan.output().lines().toList());
        }

        Pasted.run(folder, lines, UP);

        assertThat(folder.resolve("plan.txt"))
                .content()
                .contains("Successful requests:", "Failed requests:                         0");
    }

    private Path serves(String executor, String... more) throws Exception {
        Path scenario = Files.writeString(folder.resolve("across.yaml"), SERVING);
        try (ShakedownProcess run = ShakedownProcess.run(folder, scenario, hosts.settings(more))) {
            int exit = run.exitCode(UP);
            RunRecord record = run.record();
            assertThat(exit).as(run.tail()).isIn(0, 4);
            assertThat(record.verdict()).isIn(Verdict.PASSED, Verdict.INVALID);
            assertThat(record.outcomes()).containsOnlyKeys("Completed");
            assertThat(run.directory().resolve("requests.csv.gz")).isNotEmptyFile();
            assertThat(run.output())
                    .contains("multi node, 10.77.0.11: rank 0; 10.77.0.12: rank 1", executor)
                    .doesNotContain("not proved");
            assertThat(run.directory().resolve("logs/h1/gcs_server.out")).exists();
            assertThat(run.directory().resolve("logs/h2/raylet.out")).exists();
            assertThat(run.directory().resolve("logs/engine/vllm.log")).isNotEmptyFile();
            return run.directory();
        }
    }

    private static Path shipped(String shape) throws IOException {
        return Path.of("..", "scenarios", "ssh-" + shape + ".yaml").toRealPath();
    }
}
