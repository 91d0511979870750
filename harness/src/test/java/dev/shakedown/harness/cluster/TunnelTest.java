package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TunnelTest {
    @Test
    void forwardersAreKnownByTheirProgram() {
        assertThat(Tunnel.program("/usr/bin/ssh -N -L 8000:localhost:8000 gpu1")).hasValue("ssh");
        assertThat(Tunnel.program("ssh: /run/user/0/cm-1 [mux]")).hasValue("ssh");
        assertThat(Tunnel.program("kubectl port-forward svc/vllm 8000")).hasValue("kubectl");
        assertThat(Tunnel.program("/opt/vllm/bin/python /opt/vllm/bin/vllm serve m")).isEmpty();
        assertThat(Tunnel.program("/usr/sbin/sshd -D")).isEmpty();
    }

    @Test
    void serverOfThisMachineIsNoTunnel() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(Tunnel.to(URI.create("http://127.0.0.1:" + server.getLocalPort())))
                    .isEmpty();
        }
    }

    /** A listener whose program is called ssh, as a forwarded port's is. */
    @Test
    @Timeout(30)
    void portThatAForwarderHoldsIsATunnel(@TempDir Path folder) throws Exception {
        Path said = folder.resolve("port");
        Process listener =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "exec -a ssh perl -MIO::Socket::INET -e '"
                                        + "$s = IO::Socket::INET->new(Listen => 5, LocalAddr => \"127.0.0.1\");"
                                        + "open(F, \">\", $ARGV[0]); print F $s->sockport, \" \"; close(F);"
                                        + "sleep 60' "
                                        + said)
                        .start();
        try {
            while (Files.notExists(said) || !Files.readString(said).endsWith(" ")) {
                TimeUnit.MILLISECONDS.sleep(20);
                assertThat(listener.isAlive()).isTrue();
            }
            URI url = URI.create("http://localhost:" + Files.readString(said).strip());

            assertThat(Tunnel.to(url))
                    .hasValue("a port that ssh forwards, process " + listener.pid());
        } finally {
            listener.destroyForcibly();
        }
    }
}
