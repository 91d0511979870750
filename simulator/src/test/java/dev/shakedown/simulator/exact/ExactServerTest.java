package dev.shakedown.simulator.exact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.simulator.Client;
import dev.shakedown.simulator.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ExactServerTest {
    private static final String STREAM =
            "{\"prompt\":[1,2],\"max_tokens\":4,\"ignore_eos\":true,\"stream\":true}";

    private final ExactServer server =
            ExactServer.start(
                    new ExactTimes(Duration.ofMillis(30), Duration.ofMillis(10)),
                    0,
                    Optional.empty());
    private final Client client = new Client(server.url());

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void truthHasEachWriteAndNoneIsEarly() throws IOException {
        List<String> events = client.events("/v1/completions", STREAM);
        JsonNode truth = client.get("/simulator/truth").json();
        JsonNode request = client.get("/simulator/truth/requests").json().at("/requests/0");

        assertThat(events).hasSize(5).last().isEqualTo("[DONE]");
        assertThat(truth.path("exact_ttft_ms").asDouble()).isEqualTo(30);
        assertThat(truth.path("tokens").asInt()).isEqualTo(4);
        assertThat(truth.at("/ttft/count").asInt()).isEqualTo(1);
        assertThat(truth.at("/itl/count").asInt()).isEqualTo(3);
        assertThat(truth.at("/tpot/count").asInt()).isEqualTo(1);
        assertThat(truth.at("/late/count").asInt()).isEqualTo(4);
        assertThat(request.path("end").asString()).isEqualTo("length");
        assertThat(request.path("written_us").size()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            assertThat(request.path("written_us").path(i).asInt())
                    .isGreaterThanOrEqualTo(30_000 + i * 10_000);
        }
    }

    @Test
    void wholeReplyIsOneWriteOfAllTokens() throws IOException {
        JsonNode reply =
                client.post(
                                "/v1/completions",
                                STREAM.replace("\"stream\":true", "\"stream\":false"))
                        .json();
        JsonNode truth = client.get("/simulator/truth").json();

        assertThat(reply.at("/usage/completion_tokens").asInt()).isEqualTo(4);
        assertThat(truth.path("tokens").asInt()).isEqualTo(4);
        assertThat(truth.at("/ttft/count").asInt()).isZero();
        assertThat(truth.at("/late/count").asInt()).isEqualTo(1);
    }

    @Test
    void truthBeginsAnewWhenAsked() throws IOException {
        client.events("/v1/completions", STREAM);
        client.send(client.request("/simulator/truth").delete().build());
        JsonNode truth = client.get("/simulator/truth").json();

        assertThat(truth.path("completed").asInt()).isZero();
        assertThat(truth.at("/late/count").asInt()).isZero();
        assertThat(client.get("/simulator/truth/requests").json().path("requests").size()).isZero();
    }

    /** Its reader's small buffer makes the kernel take parts of events, and then none. */
    @Test
    void streamThatIsReadSlowlyLosesNoByte() throws IOException {
        int tokens = 20_000;
        ExactTimes unpaced = new ExactTimes(Duration.ZERO, Duration.ZERO);
        try (ExactServer fast = ExactServer.start(unpaced, 0, Optional.empty());
                Socket socket = new Socket()) {
            socket.setReceiveBufferSize(2048);
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), fast.url().getPort()));
            String body = STREAM.replace("\"max_tokens\":4", "\"max_tokens\":" + tokens);
            socket.getOutputStream()
                    .write(
                            ("POST /v1/completions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                                            + "Content-Length: "
                                            + body.length()
                                            + "\r\n\r\n"
                                            + body)
                                    .getBytes(StandardCharsets.US_ASCII));
            List<String> events = chunks(socket.getInputStream());

            assertThat(events).hasSize(tokens + 1).last().isEqualTo("data: [DONE]\n\n");
            assertThat(events.subList(1, tokens - 1))
                    .allMatch(events.get(1)::equals)
                    .first()
                    .matches(event -> Json.read(event.substring(6)).has("choices"), "is JSON");
        }
    }

    private static List<String> chunks(InputStream in) throws IOException {
        while (!line(in).isEmpty()) {}
        List<String> chunks = new ArrayList<>();
        for (int size = size(in); size > 0; size = size(in)) {
            chunks.add(new String(in.readNBytes(size), StandardCharsets.UTF_8));
            assertThat(line(in)).isEmpty();
        }
        return chunks;
    }

    private static int size(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n' && next >= 0; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Test
    void readyLineNamesBothUrls() {
        JsonNode line = Json.read(server.readyLine());

        assertThat(line.path("vllm").asString()).isEqualTo(server.url().toString());
        assertThat(line.path("truth").asString()).isEqualTo(server.url() + "/simulator/truth");
    }
}
