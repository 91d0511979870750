package dev.shakedown.workloads.openai;

import static dev.shakedown.workloads.openai.ScriptedServer.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.shakedown.workloads.measure.Outcome;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a connection is kept, when it is given up, and what a request may be charged for it. */
@ParameterizedClass
@EnumSource(TransportKind.class)
class ConnectionsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Parameter TransportKind kind;

    @Test
    void idleConnectionsAreGivenUpBeforeServersCloseTheirs() throws Exception {
        // The loops' own: EventLoopTransportTest.
        assumeThat(kind).isEqualTo(TransportKind.OK_HTTP);
        assertThat(HttpClients.MAX_IDLE).isEqualTo(Duration.ofSeconds(4));
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.complete(1))) {
            OkHttpClient client = HttpClients.of(server.endpoint(), LONG, Duration.ofMillis(20));
            call(client, server.endpoint());
            awaitEmptyPool(client);
            call(client, server.endpoint());
            assertThat(server.connections()).isEqualTo(2);
            HttpClients.close(client);
        }
    }

    @Test
    void slowFirstByteIsWaitedForAndCountsIntoTheTimeToFirstToken() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong answeredNs = new AtomicLong();
        AtomicLong receivedNs = new AtomicLong();
        try (ScriptedServer server =
                        new ScriptedServer(
                                exchange -> {
                                    receivedNs.set(System.nanoTime());
                                    go.await(20, TimeUnit.SECONDS);
                                    answeredNs.set(System.nanoTime());
                                    exchange.head();
                                    exchange.send(chunk(1) + "data: [DONE]\n\n");
                                    return false;
                                });
                CompletionTransport transport = kind.to(server.endpoint(), LONG)) {
            BlockingQueue<Reply> replies = start(transport);
            assertThat(replies.poll(150, TimeUnit.MILLISECONDS)).isNull();
            go.countDown();
            Reply reply = replies.poll(20, TimeUnit.SECONDS);
            assertThat(reply).isNotNull();
            assertThat(reply.outcome()).isEqualTo(new Outcome.Completed());
            assertThat(reply.times().sentNs()).isLessThan(receivedNs.get());
            assertThat(reply.times().firstTokenNs()).isGreaterThan(answeredNs.get());
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void serverThatAsksForAnImmediateRetryIsARefusalAndNoSilentResend(int status) throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                exchange -> {
                                    exchange.send(
                                            "HTTP/1.1 %d No\r\nretry-after: 0\r\n".formatted(status)
                                                    + "content-length: 4\r\n\r\nbusy");
                                    return true;
                                });
                CompletionTransport transport = kind.to(server.endpoint(), LONG)) {
            Reply reply = start(transport).poll(20, TimeUnit.SECONDS);
            assertThat(reply).isNotNull();
            assertThat(reply.outcome()).isEqualTo(new Outcome.Refused(status));
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void hostWithoutAddressIsBrokenConnectAndNoResend() throws Exception {
        // RFC 6761: no resolver knows a name under "invalid".
        Endpoint endpoint = Endpoint.of(URI.create("http://shakedown.invalid:1"), "m");
        try (CompletionTransport transport = kind.to(endpoint, LONG)) {
            Reply reply = start(transport).poll(30, TimeUnit.SECONDS);
            assertThat(reply).isNotNull();
            assertThat(reply.outcome()).isEqualTo(new Outcome.Broken("connect"));
            assertThat(transport.connections().resends()).isZero();
        }
    }

    private static void call(OkHttpClient client, Endpoint endpoint) throws IOException {
        Request request =
                new Request.Builder().url(endpoint.resolve("/v1/completions").toString()).build();
        try (Response response = client.newCall(request).execute()) {
            assertThat(response.body().string()).contains("[DONE]");
        }
    }

    private static void awaitEmptyPool(OkHttpClient client) throws InterruptedException {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (client.connectionPool().connectionCount() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(client.connectionPool().connectionCount()).isZero();
    }

    private static BlockingQueue<Reply> start(CompletionTransport transport) {
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        CompletionTransport.Exchange _ = Asking.start(transport, replies);
        return replies;
    }
}
