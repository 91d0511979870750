package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class JobLogTailTest {
    private final MockWebServer server = new MockWebServer();
    private RayClient client;

    @BeforeEach
    void start() throws IOException {
        server.start();
        client = new RayClient(server.url("/").uri(), Optional.of("secret"));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void framesBecomeWholeLinesWithoutColours() throws Exception {
        push("one\n\u001B[36mtwo\u001B[0m\nth", "ree\n");

        try (JobLogTail tail = client.jobs().tail("a")) {
            assertThat(read(tail, 3)).containsExactly("one", "two", "three");
        }
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/api/jobs/a/logs/tail");
        assertThat(request.getHeaders().get("Authorization")).isEqualTo("Bearer secret");
        assertThat(request.getHeaders().names())
                .as("what Ray refuses, and an offer that makes it close a quiet socket")
                .noneMatch(name -> name.matches("(?i)origin|referer|sec-fetch-.*|.*-extensions"));
    }

    @Test
    void whereTheWebSocketIsRefusedTheLogIsPolled() throws Exception {
        server.enqueue(new MockResponse.Builder().code(404).build());
        logs("one\n");
        logs("one\ntwo\n");

        try (JobLogTail tail = client.jobs().tail("a")) {
            assertThat(read(tail, 2)).containsExactly("one", "two");
        }
    }

    @Test
    void afterABrokenWebSocketNothingIsRepeated() throws Exception {
        push("one\ntw");
        logs("one\ntwo\nthree\n");

        try (JobLogTail tail = client.jobs().tail("a")) {
            assertThat(read(tail, 3)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void lostWebSocketIsOpenedAgainAndWhatItRepeatsIsLeftOut() throws Exception {
        // As a firewall or a dying proxy does.
        pushAndStay("one\ntw");
        push("one\n", "two\nthree\n");

        try (TearingRelay relay = new TearingRelay(server.getPort(), Duration.ofSeconds(1));
                RayClient behind = new RayClient(relay.url(), Optional.empty());
                JobLogTail tail = behind.jobs().tail("a")) {
            assertThat(read(tail, 3)).containsExactly("one", "two", "three");
        }
        assertThat(server.takeRequest().getTarget()).isEqualTo("/api/jobs/a/logs/tail");
        assertThat(server.takeRequest().getTarget()).isEqualTo("/api/jobs/a/logs/tail");
    }

    @Test
    void silentWebSocketIsReplacedAndWhatTheNextRepeatsIsLeftOut() throws Exception {
        // As a firewall leaves it that has forgotten the connection.
        pushAndStay("one\ntw");
        pushAndStay("one\ntwo\nthree\n");

        try (JobLogTail tail = tail(Duration.ofMillis(100))) {
            assertThat(read(tail, 3)).containsExactly("one", "two", "three");
        }
    }

    @Test
    void quietJobsLogIsNotSentAgainAllTheTime() throws Exception {
        for (int i = 0; i < 30; i++) {
            pushAndStay("one\n");
        }

        try (JobLogTail tail = tail(Duration.ofMillis(50))) {
            assertThat(read(tail, 1)).containsExactly("one");
            for (int i = 0; i < 100; i++) {
                assertThat(tail.poll(Duration.ofMillis(10))).isEmpty();
            }
        }
        assertThat(server.getRequestCount()).isLessThan(8);
    }

    @Test
    void longLogIsNotFetchedJustBecauseItsJobEnded() throws Exception {
        push("x".repeat(1 << 20) + "\n");

        try (JobLogTail tail = client.jobs().tail("a")) {
            assertThat(read(tail, 1)).hasSize(1);
            for (int i = 0; i < 10; i++) {
                assertThat(tail.poll(Duration.ofMillis(10))).isEmpty();
            }
        }
        assertThat(server.getRequestCount()).isEqualTo(1);
    }

    @Test
    void logOfALongLoadIsNotTooLongForOneString() {
        assertThat(RayHttp.JSON.tokenStreamFactory().streamReadConstraints().getMaxStringLength())
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void longLogIsNotFetchedAtEachPoll() throws Exception {
        String longLog = "x".repeat(1 << 20) + "\n";
        server.enqueue(new MockResponse.Builder().code(404).build());
        logs(longLog);
        logs(longLog + "two\n");

        try (JobLogTail tail = client.jobs().tail("a")) {
            assertThat(read(tail, 1)).hasSize(1);
            for (int i = 0; i < 10; i++) {
                assertThat(tail.poll(Duration.ofMillis(10))).isEmpty();
            }
            assertThat(server.getRequestCount()).isEqualTo(2);
            assertThat(tail.rest()).containsExactly("two");
        }
    }

    @Test
    void restOfAnEndedJobHoldsItsTornLastLine() throws Exception {
        push("one\n");
        logs("one\ntwo\nkill");

        try (JobLogTail tail = client.jobs().tail("a")) {
            assertThat(read(tail, 1)).containsExactly("one");
            assertThat(tail.rest()).containsExactly("two", "kill");
        }
    }

    private JobLogTail tail(Duration silent) {
        RayHttp http = new RayHttp(server.url("/").uri(), Optional.empty(), Duration.ofSeconds(30));
        return new JobLogTail(http, "a", () -> client.jobs().logs("a"), silent);
    }

    private void pushAndStay(String frame) {
        server.enqueue(
                new MockResponse.Builder()
                        .webSocketUpgrade(
                                new WebSocketListener() {
                                    @Override
                                    public void onOpen(WebSocket socket, Response response) {
                                        socket.send(frame);
                                    }
                                })
                        .build());
    }

    private void push(String... frames) {
        server.enqueue(
                new MockResponse.Builder()
                        .webSocketUpgrade(
                                new WebSocketListener() {
                                    @Override
                                    public void onOpen(WebSocket socket, Response response) {
                                        List.of(frames).forEach(socket::send);
                                        socket.close(1000, null);
                                    }
                                })
                        .build());
    }

    private void logs(String text) {
        String json = "{\"logs\":\"" + text.replace("\n", "\\n") + "\"}";
        server.enqueue(new MockResponse.Builder().body(json).build());
    }

    private static List<String> read(JobLogTail tail, int lines) throws InterruptedException {
        List<String> read = new ArrayList<>();
        while (read.size() < lines) {
            read.addAll(tail.poll(Duration.ofMillis(50)));
        }
        return read;
    }
}
