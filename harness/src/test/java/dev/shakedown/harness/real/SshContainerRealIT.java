package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Real Ray and vLLM in containers on two hosts with real sshds. The runtime alone is a stand-in,
 * whose containers have processes, {@code /tmp} and {@code /dev/shm} of their own.
 */
@Timeout(600)
@Isolated("its deadlines are those of hosts with nothing else to do")
class SshContainerRealIT {
    private static final Duration UP = Duration.ofMinutes(5);
    private static final Duration END = Duration.ofSeconds(180);
    private static final String IMAGE = "registry.example/vllm:1";

    private static final String SERVING =
            """
            schemaVersion: 1
            name: in-containers
            question: Does vLLM serve with its ranks in containers on two hosts?
            cluster: { provider: ssh, nodes: 2, gpusPerNode: 1 }
            ssh: { hosts: [h1, h2], container: { image: "registry.example/vllm:1", runtime: podman } }
            engine: { model: "builtin:tiny", tensorParallel: 2, env: { GREETING: "it's $HOME; reboot" } }
            smoke:
              monteCarloPi: { samplesPerTask: 200000, burnSeconds: 1, matrixSize: 64, timeout: 60s }
            load:
              arrivals: { closedLoop: 2 }
              prompts: { inputTokens: 32, outputTokens: 16, seed: 42 }
              warmUp: 2s
              duration: 8s
            """;

    private static RealHosts hosts;

    @TempDir Path folder;

    @BeforeAll
    static void bringUpHosts() throws Exception {
        hosts = RealHosts.up(2);
        hosts.installPodman(IMAGE);
    }

    @AfterAll
    static void endHosts() throws Exception {
        hosts.down();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        hosts.assertClean();
        for (String host : List.of("h1", "h2")) {
            assertThat(hosts.containers(host)).as(host).isEmpty();
        }
    }

    @Test
    void allStepsInContainersByRaysExecutor() throws Exception {
        serves();
    }

    @Test
    @Tag("full")
    void allStepsInContainersByVllmsOwnMultiNodeMode() throws Exception {
        serves("--set", "engine.executor=mp");
    }

    @Test
    @Tag("full")
    void downRemovesTheContainersOfAKilledShakedownAndNoOthers() throws Exception {
        try (ShakedownProcess run = run("--set", "smoke.monteCarloPi.burnSeconds=200")) {
            run.awaitLine("burning", UP);
            run.handle().destroyForcibly();
            run.exitCode(END);
        }
        assertThat(hosts.containers("h1")).singleElement().asString().endsWith("-0");
        String name = hosts.containers("h2").getFirst();
        RealHosts.Result foreign =
                hosts.on(
                        "h2",
                        ("podman rm --force %s; setsid podman run --rm --pull=never --network=host --name=%s"
                                        + " --label=dev.shakedown.run=another --entrypoint=sleep %s 500"
                                        + " >/dev/null 2>&1 </dev/null & sleep 2")
                                .formatted(name, name, IMAGE));
        assertThat(foreign.status()).as(foreign.output()).isZero();
        try {
            try (ShakedownProcess down = ShakedownProcess.down(folder)) {
                assertThat(down.exitCode(END)).as(down.tail()).isZero();
                assertThat(down.output())
                        .contains("h1: container shakedown-")
                        .doesNotContain("h2: container");
            }
            assertThat(hosts.containers("h1")).isEmpty();
            assertThat(hosts.containers("h2")).containsExactly(name);
        } finally {
            hosts.on("h2", "podman rm --force " + name);
        }
    }

    @Test
    void whatAHostLacksIsNamedBeforeAnythingStarts() throws Exception {
        // This machine may have a real one behind the test's.
        hosts.on("h2", "for p in $(which -a podman); do mount --bind /dev/null $p; done");
        try {
            failsWith("h2: there is no podman on the PATH of commands over ssh");
        } finally {
            hosts.on("h2", "for p in /usr/local/sbin/podman /usr/bin/podman; do umount $p; done");
        }
        failsWith(
                "h1: the image registry.example/other:2 is not there",
                "h1 podman pull registry.example/other:2",
                "--set",
                "ssh.container.image=registry.example/other:2");
        failsWith(
                "h2: there is no /srv/no-such-folder",
                "ssh.container.mounts",
                "--set",
                "ssh.container.mounts=[/srv/no-such-folder]");
    }

    private void serves(String... more) throws Exception {
        try (ShakedownProcess run = run(more)) {
            int exit = run.exitCode(UP);
            assertThat(exit).as(run.tail()).isIn(0, 4);
            assertThat(run.record().verdict()).isIn(Verdict.PASSED, Verdict.INVALID);
            assertThat(run.record().outcomes()).containsOnlyKeys("Completed");
            assertThat(run.record().fingerprint()).containsEntry("image", "0123456789ab");
            assertThat(run.output())
                    .contains("✓ Fabric", "multi node, 10.77.0.11: rank 0")
                    .doesNotContain("not proved");
            assertThat(run.directory().resolve("logs/h2/raylet.out")).exists();
        }
        String calls = hosts.on("h1", "cat /usr/local/sbin/state/calls").output();
        assertThat(calls)
                .contains(
                        "--entrypoint=ray\", \"" + IMAGE,
                        "--env=GREETING\"",
                        "\"rm\", \"--force\"");
        assertThat(calls).doesNotContain("it's $HOME");
    }

    private void failsWith(String message, String next, String... more) throws Exception {
        try (ShakedownProcess run = run(more)) {
            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(3);
            assertThat(run.output())
                    .contains("✗ Preflight", message, next)
                    .doesNotContain("Exception");
        }
    }

    private void failsWith(String message) throws Exception {
        failsWith(message, "");
    }

    private ShakedownProcess run(String... more) throws IOException {
        Path scenario = Files.writeString(folder.resolve("in-containers.yaml"), SERVING);
        List<String> all = new ArrayList<>(List.of("--set", "ssh.configFile=" + hosts.sshConfig()));
        all.addAll(List.of(more));
        return ShakedownProcess.run(folder, scenario, all.toArray(String[]::new));
    }
}
