package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Clusters that stay up after their run: real Ray and vLLM on hosts, and in a namespace. */
@Timeout(600)
@Order(2)
@Isolated("its deadlines are those of hosts with nothing else to do")
class KeptRealIT {
    private static final Duration UP = Duration.ofMinutes(5);
    private static final Duration END = Duration.ofSeconds(180);

    private static final String ON_HOSTS =
            """
            schemaVersion: 1
            name: kept-hosts
            question: Does a cluster on two hosts serve one run after the other?
            cluster: { provider: ssh, nodes: 2, gpusPerNode: 1 }
            ssh: { hosts: [h1, h2] }
            engine: { model: "builtin:tiny", tensorParallel: 2, executor: ray }
            smoke: off
            load:
              arrivals: { closedLoop: 2 }
              prompts: { inputTokens: 32, outputTokens: 16, seed: 42 }
              warmUp: 2s
              duration: 10s
            """;

    @TempDir Path folder;

    @Test
    void clusterOnHostsOutlivesAUserThatIsKilled() throws Exception {
        RealHosts hosts = RealHosts.up(2);
        try {
            Path scenario = Files.writeString(folder.resolve("kept.yaml"), ON_HOSTS);
            String kept = keep(scenario, hosts.settings("--stop-after", "ClusterUp"));
            refusedBesideIt(scenario, hosts);
            killedWhileItsEngineStarts(scenario, hosts.settings("--reuse", "last"));

            try (ShakedownProcess run =
                    ShakedownProcess.run(folder, scenario, hosts.settings("--reuse", kept))) {
                assertThat(run.exitCode(UP)).as(run.tail()).isIn(0, 4);
                assertThat(run.output())
                        .contains("– ClusterUp   run " + kept + " left it up: 2 × 1 GPU")
                        .contains("multi node, 10.77.0.11: rank 0; 10.77.0.12: rank 1")
                        .contains("ended job shakedown-vllm-");
                assertThat(run.record().outcomes()).containsOnlyKeys("Completed");
            }
            ends(kept);
            hosts.assertClean();
        } finally {
            hosts.down();
        }
    }

    @Test
    @Tag("full")
    void clusterInANamespaceIsEnteredAgain() throws Exception {
        Path scenario = RealScenarios.twoNodes(folder);
        String[] quick = {
            "--set", "smoke.monteCarloPi.burnSeconds=1",
            "--set", "smoke.monteCarloPi.samplesPerTask=100000"
        };
        String kept = keep(scenario, "--stop-after", "ClusterUp");

        try (ShakedownProcess run =
                ShakedownProcess.run(folder, scenario, and(quick, "--reuse", "last"))) {
            assertThat(run.exitCode(UP)).as(run.tail()).isZero();
            assertThat(run.output()).contains("left it up: 2 × 8 GPUs").contains("✓ Smoke");
        }
        ends(kept);
    }

    private String keep(Path scenario, String... settings) throws Exception {
        try (ShakedownProcess run =
                ShakedownProcess.run(folder, scenario, and(settings, "--keep"))) {
            assertThat(run.exitCode(UP)).as(run.tail()).isZero();
            String id = run.directory().getFileName().toString();
            assertThat(run.output()).contains("kept: the cluster", "end it:  shakedown down " + id);
            return id;
        }
    }

    private void refusedBesideIt(Path scenario, RealHosts hosts) throws Exception {
        try (ShakedownProcess run = ShakedownProcess.run(folder, scenario, hosts.settings())) {
            assertThat(run.exitCode(UP)).as(run.tail()).isEqualTo(3);
            assertThat(run.output()).contains("✗ Preflight", "keeps a cluster up: --reuse it");
        }
    }

    private void killedWhileItsEngineStarts(Path scenario, String[] settings) throws Exception {
        try (ShakedownProcess run = ShakedownProcess.run(folder, scenario, settings)) {
            run.awaitLine("vLLM [0-9]", UP);
            run.handle().destroyForcibly();
            assertThat(run.exitCode(END)).isEqualTo(137);
        }
    }

    private void ends(String kept) throws Exception {
        try (ShakedownProcess down = ShakedownProcess.down(folder)) {
            assertThat(down.exitCode(END)).as(down.tail()).isZero();
            assertThat(down.output()).contains("shakedown down " + kept + " ends it");
        }
        try (ShakedownProcess down = ShakedownProcess.down(folder, kept)) {
            assertThat(down.exitCode(END)).as(down.tail()).isZero();
            assertThat(down.output()).contains("ended: ", "raylet");
        }
        try (ShakedownProcess again = ShakedownProcess.down(folder)) {
            assertThat(again.exitCode(END)).as(again.tail()).isZero();
            assertThat(again.output()).contains("nothing left behind").doesNotContain(kept);
        }
    }

    private static String[] and(String[] settings, String... more) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
