package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.Reason;
import dev.shakedown.reports.run.RunRecord.SmokeGpu;
import dev.shakedown.reports.run.RunRecord.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two Ray nodes with 16 logical GPUs, and what a {@code kill -9} does to a run: to a raylet in the
 * smoke job, to vLLM in mid-load, to Shakedown. A Ray of somebody else runs beside all of it.
 */
@Timeout(600)
@Order(1)
class KilledRealIT {
    private static final Duration UP = Duration.ofMinutes(4);
    private static final Duration END = Duration.ofSeconds(90);
    private static final String LOAD = "measuring, ";
    private static final String[] LONG_JOB = {
        "--set", "smoke.monteCarloPi.burnSeconds=150",
        "--set", "smoke.monteCarloPi.samplesPerTask=100000"
    };

    private static ForeignRay foreign;

    @TempDir Path folder;

    @BeforeAll
    static void startForeignRay() throws Exception {
        foreign = ForeignRay.start();
    }

    @AfterAll
    static void endForeignRay() throws Exception {
        foreign.end();
    }

    @AfterEach
    void foreignRaySurvives() {
        foreign.assertUnharmed();
    }

    @Test
    void all16GpusOfTwoNodesWork() throws Exception {
        try (ShakedownProcess run = ShakedownProcess.run(folder, RealScenarios.twoNodes(folder))) {
            run.awaitLine("✓ ClusterUp", UP);
            StartedProcesses started = StartedProcesses.below(run.handle());
            assertThat(run.exitCode(UP)).as(run.tail()).isZero();
            assertThat(run.output()).contains("head + 1 worker, 16 GPUs registered");
            assertThat(run.record().verdict()).isEqualTo(Verdict.PASSED);
            assertThat(run.record().smoke().orElseThrow().gpus())
                    .hasSize(16)
                    .allSatisfy(gpu -> assertThat(gpu.samples()).isEqualTo(1_500_000))
                    .extracting(SmokeGpu::gpu)
                    .containsOnly("0", "1", "2", "3", "4", "5", "6", "7");
            assertThat(run.directory().resolve("logs/head/gcs_server.out")).exists();
            assertThat(run.directory().resolve("logs/worker1/raylet.out")).exists();
            started.first("/gcs_server");
            started.assertAllGone();
        }
    }

    @Test
    void rayletKilledInTheSmokeJobEndsTheRunWithTheReason() throws Exception {
        try (ShakedownProcess run =
                ShakedownProcess.run(folder, RealScenarios.twoNodes(folder), LONG_JOB)) {
            run.awaitLine("burning", UP);
            StartedProcesses started = StartedProcesses.below(run.handle());
            started.first("/raylet/raylet .*/n1/").destroyForcibly();

            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(3);
            assertThat(aborted(run, "Smoke")).contains("node ").contains("died");
            assertThat(run.directory().resolve("logs/worker1/raylet.out")).exists();
            started.assertAllGone();
        }
    }

    @Test
    void vllmKilledInMidLoadEndsTheRunAtOnce() throws Exception {
        killedInMidLoad("vllm serve ");
    }

    @Test
    @Tag("full")
    void engineCoreKilledInMidLoadEndsTheRunAtOnce() throws Exception {
        killedInMidLoad("^VLLM::EngineCor");
    }

    private void killedInMidLoad(String which) throws Exception {
        try (ShakedownProcess run = oneRank()) {
            run.awaitLine(LOAD, UP);
            StartedProcesses started = StartedProcesses.below(run.handle());
            started.first(which).destroyForcibly();

            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(3);
            assertThat(aborted(run, "Measure")).contains("vLLM ended in the middle of the load");
            assertThat(run.directory().resolve("logs/engine/vllm.log")).isNotEmptyFile();
            assertThat(run.directory().resolve("logs/head/gcs_server.out")).exists();
            assertThat(run.directory().resolve("requests.csv.gz")).isNotEmptyFile();
            assertThat(run.directory().resolve("report.html")).isNotEmptyFile();
            started.assertAllGone();
        }
    }

    @Test
    void downEndsWhatAShakedownKilledInMidLoadLeft() throws Exception {
        try (ShakedownProcess run = oneRank()) {
            run.awaitLine(LOAD, UP);
            StartedProcesses started = StartedProcesses.below(run.handle());

            run.handle().destroyForcibly();

            assertThat(run.exitCode(END)).isEqualTo(137);
            assertThat(started.first("vllm serve ").isAlive()).isTrue();
            assertUnfinished(run.record());
            downTwice(started, "vllm", "raylet");
        }
    }

    /** Both JVMs: of the outer one's death alone, the inner one is told, and tears down. */
    @Test
    void downEndsWhatIsLeftInANamespaceToo() throws Exception {
        try (ShakedownProcess run =
                ShakedownProcess.run(folder, RealScenarios.twoNodes(folder), LONG_JOB)) {
            run.awaitLine("burning", UP);
            StartedProcesses started = StartedProcesses.below(run.handle());

            started.first("bin/java .*cli.Main run ").destroyForcibly();
            run.handle().destroyForcibly();

            assertUnfinished(run.record());
            downTwice(started, "raylet");
        }
    }

    private ShakedownProcess oneRank() throws IOException {
        return ShakedownProcess.run(folder, RealScenarios.tensorParallel(), RealScenarios.ONE_RANK);
    }

    private void downTwice(StartedProcesses started, String... ended) throws Exception {
        try (ShakedownProcess down = ShakedownProcess.down(folder)) {
            assertThat(down.exitCode(END)).as(down.tail()).isZero();
            assertThat(down.output()).contains(ended);
        }
        started.assertAllGone();
        try (ShakedownProcess again = ShakedownProcess.down(folder)) {
            assertThat(again.exitCode(END)).as(again.tail()).isZero();
            assertThat(again.output()).contains("nothing left behind");
        }
    }

    private static void assertUnfinished(RunRecord record) {
        assertThat(record.verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(record.reasons()).extracting(Reason::code).containsExactly("unfinished");
    }

    /** The reason for the end in {@code step}, which run, diagnosis and reports must agree on. */
    private static String aborted(ShakedownProcess run, String step) throws IOException {
        RunRecord record = run.record();
        assertThat(record.verdict()).isEqualTo(Verdict.ABORTED);
        assertThat(Files.readString(run.directory().resolve("diagnosis.json"))).contains(step);
        List<Reason> reasons =
                record.reasons().stream().filter(r -> r.code().equals("aborted." + step)).toList();
        assertThat(reasons).as("%s", record.reasons()).hasSize(1);
        return reasons.getFirst().text();
    }
}
