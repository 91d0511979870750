package dev.shakedown.workloads.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.shakedown.workloads.openai.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ServersTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    /** The silent one is still asked the first question when the other has answered the second. */
    @Test
    void oneThatDoesNotAnswerHoldsUpNoOther() throws IOException, InterruptedException {
        HttpServer alive = HttpServer.create(new InetSocketAddress(HERE, 0), 0);
        alive.createContext(
                "/metrics",
                exchange -> {
                    byte[] page = "up 1\n".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
        alive.start();
        BlockingQueue<String> labels = new LinkedBlockingQueue<>();
        try (ServerSocket silent = new ServerSocket(0, 5, HERE);
                Servers servers =
                        new Servers(
                                List.of(
                                        endpoint(silent.getLocalPort()),
                                        endpoint(alive.getAddress().getPort())),
                                Duration.ofMinutes(1))) {
            for (int answered = 0; answered < 2; ) {
                servers.metrics((_, label) -> labels.add(label));
                String label = labels.poll(50, TimeUnit.MILLISECONDS);
                answered += label == null ? 0 : 1;
                assertThat(label).isIn(null, "endpoint=2");
            }
        } finally {
            alive.stop(0);
        }
    }

    private static Endpoint endpoint(int port) {
        return Endpoint.of(URI.create("http://127.0.0.1:" + port), "m");
    }
}
