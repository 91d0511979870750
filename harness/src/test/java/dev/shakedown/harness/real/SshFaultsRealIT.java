package dev.shakedown.harness.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What goes wrong on real hosts: the right message, exit code 3, and nothing left running. */
@Timeout(300)
@Isolated("its deadlines are those of hosts with nothing else to do")
class SshFaultsRealIT {
    private static final Duration END = Duration.ofSeconds(180);

    private static final String SMOKE =
            """
            schemaVersion: 1
            name: faults
            question: What is said of it?
            cluster: { provider: ssh, nodes: 2, gpusPerNode: 1 }
            ssh: { hosts: [h1, h2] }
            smoke:
              monteCarloPi: { samplesPerTask: 200000, burnSeconds: 1, matrixSize: 64, timeout: 60s }
            deadlines: { clusterUp: 50s }
            """;

    private static RealHosts hosts;

    @TempDir Path folder;

    @BeforeAll
    static void bringUpHosts() throws Exception {
        hosts = RealHosts.up(2);
    }

    @AfterAll
    static void endHosts() throws Exception {
        hosts.down();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        hosts.assertClean();
    }

    @Test
    void hostThatDoesNotAnswer() throws Exception {
        failsWith("10.77.0.99: ", "--set", "ssh.hosts=[h1, 10.77.0.99]");
    }

    @Test
    void hostWithoutAName() throws Exception {
        failsWith(
                "no-such-host: there is no host of this name",
                "--set",
                "ssh.hosts=[h1, no-such-host]");
    }

    @Test
    void keyThatTheHostDoesNotTake() throws Exception {
        Path other = folder.resolve("other-key");
        new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other.toString())
                .start()
                .waitFor();
        String config =
                Files.readString(hosts.sshConfig())
                        .replaceAll("IdentityFile .*", "IdentityFile " + other);
        failsWith("the host does not take this user's key", "--set", config(config));
    }

    @Test
    void hostKeyThatHasChanged() throws Exception {
        Path known = hosts.sshConfig().resolveSibling("known_hosts");
        List<String> keys = Files.readAllLines(known);
        String swapped =
                "10.77.0.11 %s%n10.77.0.12 %s%n".formatted(key(keys.get(1)), key(keys.get(0)));
        Path other = Files.writeString(folder.resolve("known_hosts"), swapped);
        String config =
                Files.readString(hosts.sshConfig())
                        .replaceAll("UserKnownHostsFile .*", "UserKnownHostsFile " + other);
        failsWith("the host's key is not the one that is known", "--set", config(config));
    }

    @Test
    void pythonWithoutRay() throws Exception {
        failsWith("has no ray", "--set", "ssh.python=/usr/bin/python3");
    }

    @Test
    void anotherRayOnOneHost() throws Exception {
        for (String host : List.of("h1", "h2")) {
            String ray = host.equals("h1") ? "2.60.0" : "2.55.1";
            hosts.on(
                    host,
                    "mkdir -p /tmp/py/bin; printf '#!/bin/sh\\necho python 3.11.7; echo ray %s; echo vllm 0.32.0\\n' > /tmp/py/bin/python; chmod +x /tmp/py/bin/python"
                            .formatted(ray));
        }
        failsWith("hosts differ: {h1=2.60.0, h2=2.55.1}", "--set", "ssh.python=/tmp/py");
    }

    @Test
    void portThatSomebodyElseHas() throws Exception {
        hosts.on(
                "h1",
                "setsid python3 -c 'import socket,time; s=socket.create_server((\"\", 6379)); time.sleep(60)' >/dev/null 2>&1 </dev/null & sleep 1");
        try {
            failsWith("h1: in use by pid ");
        } finally {
            hosts.on("h1", "pkill -f 'create_server'");
        }
    }

    @Test
    void diskThatIsFull() throws Exception {
        hosts.on("h2", "mount -t tmpfs -o size=1m tmpfs /tmp");
        try {
            failsWith("h2: 0.0 GiB free for Ray's session");
        } finally {
            hosts.on("h2", "umount /tmp");
        }
    }

    @Test
    void firewallInOneDirection() throws Exception {
        hosts.inNetworkOf("h1", "nft", "add", "table", "inet", "fw");
        hosts.inNetworkOf(
                "h1", "nft", "add chain inet fw in { type filter hook input priority 0; }");
        hosts.inNetworkOf(
                "h1", "nft", "add rule inet fw in ip saddr 10.77.0.12 tcp dport 6379 drop");
        try {
            failsWith("Ray did not register 2 nodes with 1 GPUs each within 50 s");
        } finally {
            hosts.inNetworkOf("h1", "nft", "delete", "table", "inet", "fw");
        }
    }

    /** Ray is green and every GPU computes; only what torch and NCCL use is shut. */
    @Test
    void rayPortsOpenAndNoOthers() throws Exception {
        hosts.blockEphemeralPorts("h1", "10.77.0.12");
        hosts.blockEphemeralPorts("h2", "10.77.0.11");
        try {
            failsWith("by TCP on ephemeral ports");
        } finally {
            for (String host : List.of("h1", "h2")) {
                hosts.inNetworkOf(host, "nft", "delete", "table", "inet", "fw");
            }
        }
    }

    /** Ray puts its own folder in front of PYTHONPATH: that one has arrived. */
    @Test
    void environmentThatDoesNotArrive() throws Exception {
        hosts.on(
                "h2",
                "mkdir /tmp/site; echo 'import os; os.environ[\"VLLM_HOST_IP\"] = \"10.9.9.9\"'"
                        + " > /tmp/site/sitecustomize.py");
        try {
            failsWith(
                    "in Ray's processes VLLM_HOST_IP on h2 (10.77.0.12) is 10.9.9.9 instead of 10.77.0.12",
                    "--stop-after",
                    "Fabric",
                    "--set",
                    "engine.model=builtin:tiny",
                    "--set",
                    "engine.env={PYTHONPATH: /tmp/site}");
        } finally {
            hosts.on("h2", "rm -r /tmp/site");
        }
    }

    @Test
    void headThatDiesInTheSmokeJob() throws Exception {
        try (ShakedownProcess run = run("--set", "smoke.monteCarloPi.burnSeconds=50")) {
            run.awaitLine("burning", END);
            hosts.on("h1", "pkill -KILL gcs_server");
            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(3);
            assertThat(run.output()).contains("✗ Smoke");
            assertThat(run.directory().resolve("logs/h1/gcs_server.out")).exists();
        }
    }

    @Test
    void lostConnectionsAreMadeAgain() throws Exception {
        try (ShakedownProcess run = run()) {
            run.awaitLine("✓ ClusterUp", END);
            hosts.on("h2", "pkill -KILL -f 'sshd: root@notty'");
            assertThat(run.exitCode(END)).as(run.tail()).isZero();
            assertThat(run.directory().resolve("logs/h2/raylet.out")).exists();
        }
    }

    @Test
    void loginShellThatPrintsSomething() throws Exception {
        assumeTrue(hosts.on("h2", "test -f ~/.bashrc").status() == 0, "no .bashrc to stand in for");
        // Only this host sees it: its mounts are its own.
        hosts.on(
                "h2",
                "echo 'echo Welcome to h2' > /tmp/greeting; mount --bind /tmp/greeting ~/.bashrc");
        try (ShakedownProcess run = run("--stop-after", "ClusterUp")) {
            assertThat(hosts.on("h2", "true").output()).contains("Welcome to h2");
            assertThat(run.exitCode(END)).as(run.tail()).isZero();
            assertThat(run.directory().resolve("logs/h2/raylet.out")).exists();
        } finally {
            hosts.on("h2", "umount ~/.bashrc; rm /tmp/greeting");
        }
    }

    private void failsWith(String message, String... more) throws Exception {
        try (ShakedownProcess run = run(more)) {
            assertThat(run.exitCode(END)).as(run.tail()).isEqualTo(3);
            assertThat(run.output()).contains(message).doesNotContain("Exception");
        }
    }

    private ShakedownProcess run(String... more) throws IOException {
        Path scenario = Files.writeString(folder.resolve("faults.yaml"), SMOKE);
        return ShakedownProcess.run(folder, scenario, hosts.settings(more));
    }

    private String config(String text) throws IOException {
        return "ssh.configFile=" + Files.writeString(folder.resolve("ssh_config"), text);
    }

    private static String key(String knownHost) {
        return knownHost.substring(knownHost.indexOf(' ') + 1);
    }
}
