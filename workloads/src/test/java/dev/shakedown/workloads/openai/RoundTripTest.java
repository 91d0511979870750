package dev.shakedown.workloads.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import org.junit.jupiter.api.Test;

class RoundTripTest {
    @Test
    void roundTripIsMeasuredToWhateverListens() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI url = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/base");

            assertThat(RoundTrip.median(url))
                    .hasValueSatisfying(took -> assertThat(took).isPositive());
        }
    }

    @Test
    void nobodyThereGivesNone() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }

        assertThat(RoundTrip.median(URI.create("http://127.0.0.1:" + port))).isEmpty();
    }
}
