package dev.shakedown.workloads.openai;

import static dev.shakedown.workloads.openai.ScriptedServer.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.measure.RequestRecord;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What servers and networks do to a stream, as scripts of bytes, and the outcome each must have.
 */
@ParameterizedClass
@EnumSource(TransportKind.class)
class TrapsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Parameter TransportKind kind;

    @Test
    void wellFormedStreamIsCompletedAndItsTimesAreInOrder() throws Exception {
        Reply reply = ask(exchange -> exchange.complete(3));
        assertThat(reply.outcome()).isEqualTo(new Outcome.Completed());
        assertThat(reply.outputTokens()).isEqualTo(3);
        assertThat(reply.inputTokens()).hasValue(5);
        RequestRecord.Times times = reply.times();
        assertThat(times.sentNs()).isLessThan(times.headersNs());
        assertThat(times.headersNs()).isLessThanOrEqualTo(times.firstTokenNs());
        assertThat(times.lastTokenNs()).isLessThanOrEqualTo(times.streamEndNs());
        assertThat(reply.gaps().size()).isEqualTo(2);
    }

    @Test
    void resetInMidStreamIsBroken() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.head();
                            exchange.send(chunk(1));
                            awaitRead();
                            exchange.reset();
                            return false;
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Broken("reset"));
    }

    @Test
    void resetBeforeAnyByteOnAFreshConnectionIsBrokenAndNotSentAgain() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(
                        exchange -> {
                            exchange.reset();
                            return false;
                        })) {
            assertThat(ask(server, LONG).outcome()).isEqualTo(new Outcome.Broken("reset"));
            assertThat(server.requests()).isEqualTo(1);
        }
    }

    @Test
    void orderlyEndWithoutDoneIsTruncated() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.head();
                            exchange.send(chunk(1) + chunk(2));
                            return false;
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Truncated());
        assertThat(reply.outputTokens()).isEqualTo(2);
    }

    /** What a proxy makes of a server that went away: HTTP says that all is well. */
    @Test
    void wholeBodyWithoutDoneIsTruncated() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.send(
                                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                                            + "content-length: "
                                            + chunk(1).length()
                                            + "\r\n\r\n"
                                            + chunk(1));
                            return true;
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Truncated());
    }

    @Test
    void endInsideAnHttpChunkIsTruncated() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.send(
                                    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                                            + "transfer-encoding: chunked\r\n\r\nfff\r\n"
                                            + chunk(1));
                            return false;
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Truncated());
    }

    @Test
    void streamWithoutATokenIsBrokenEmpty() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.head();
                            exchange.send("data: {\"choices\":[{\"delta\":{\"role\":\"a\"}}]}\n\n");
                            exchange.send("data: [DONE]\n\n");
                            return false;
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Broken("empty"));
    }

    @Test
    void stallingStreamTimesOut() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server =
                new ScriptedServer(
                        exchange -> {
                            exchange.head();
                            exchange.send(chunk(1));
                            over.await(20, TimeUnit.SECONDS);
                            return false;
                        })) {
            Reply reply = ask(server, Duration.ofMillis(300));
            over.countDown();
            assertThat(reply.outcome()).isEqualTo(new Outcome.TimedOut());
            assertThat(reply.outputTokens()).isEqualTo(1);
        }
    }

    @Test
    void serverThatNeverAnswersTimesOut() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server =
                new ScriptedServer(
                        exchange -> {
                            over.await(20, TimeUnit.SECONDS);
                            return false;
                        })) {
            Reply reply = ask(server, Duration.ofMillis(300));
            over.countDown();
            assertThat(reply.outcome()).isEqualTo(new Outcome.TimedOut());
            assertThat(reply.outputTokens()).isZero();
        }
    }

    @Test
    void refusalsCarryStatusAndMessage() throws Exception {
        for (int status : new int[] {429, 503, 400}) {
            String body = "{\"error\":{\"message\":\"no room\"}}";
            Reply reply =
                    ask(
                            exchange -> {
                                exchange.send(
                                        "HTTP/1.1 "
                                                + status
                                                + " No\r\ncontent-length: "
                                                + body.length()
                                                + "\r\n\r\n"
                                                + body);
                                return true;
                            });
            assertThat(reply.outcome()).isEqualTo(new Outcome.Refused(status));
            assertThat(reply.error()).isEqualTo("no room");
            assertThat(reply.status()).isEqualTo(status);
        }
    }

    @Test
    void neverEndingStreamIsCutAtTheTokensAskedFor() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.head();
                            for (int i = 1; ; i++) {
                                exchange.send(chunk(i));
                            }
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Broken("overrun"));
    }

    @Test
    void neverEndingStreamWithoutUsageIsCutToo() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.head();
                            while (true) {
                                exchange.send("data: {\"choices\":[{\"text\":\"a\"}]}\n\n");
                            }
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Broken("overrun"));
    }

    @Test
    void errorEventInMidStreamIsBroken() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.head();
                            exchange.send(
                                    chunk(1) + "data: {\"error\":{\"message\":\"died\"}}\n\n");
                            exchange.send("data: [DONE]\n\n");
                            return false;
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Broken("error event"));
        assertThat(reply.error()).isEqualTo("died");
    }

    @Test
    void charactersSplitBetweenPacketsAreHarmless() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.head();
                            byte[] bytes =
                                    ("data: {\"choices\":[{\"text\":\"€\"}]}\n\ndata: [DONE]\n\n")
                                            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
                            for (byte b : bytes) {
                                exchange.socket().getOutputStream().write(b);
                                exchange.socket().getOutputStream().flush();
                            }
                            return false;
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Completed());
        assertThat(reply.outputTokens()).isEqualTo(1);
    }

    /** Without a limit, a client would take it all into memory. */
    @Test
    void eventOfAGibibyteIsRefusedAfterAMebibyte() throws Exception {
        AtomicLong sent = new AtomicLong();
        Reply reply =
                ask(
                        exchange -> {
                            exchange.head();
                            exchange.send(chunk(1) + "data: ");
                            String part = "a".repeat(64 << 10);
                            while (sent.addAndGet(part.length()) < 1 << 30) {
                                exchange.send(part);
                            }
                            return false;
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Broken("oversize event"));
        assertThat(sent.get()).isLessThan(64 << 20);
    }

    @Test
    void interimResponsesAreNoAnswer() throws Exception {
        Reply reply =
                ask(
                        exchange -> {
                            exchange.send("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n");
                            return exchange.complete(2);
                        });
        assertThat(reply.outcome()).isEqualTo(new Outcome.Completed());
        assertThat(reply.status()).isEqualTo(200);
    }

    @Test
    void bytesThatAreNoHttpAreBroken() throws Exception {
        try (ScriptedServer server =
                new ScriptedServer(
                        exchange -> {
                            exchange.send("\u0001\u0002 what is this?\r\n\r\n");
                            return false;
                        })) {
            assertThat(ask(server, LONG).outcome()).isEqualTo(new Outcome.Broken("reset"));
        }
    }

    @Test
    void nobodyListeningIsBrokenConnect() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Endpoint endpoint = Endpoint.of(URI.create("http://127.0.0.1:" + port), "m");
        try (CompletionTransport transport = kind.to(endpoint, LONG)) {
            assertThat(Asking.ask(transport).outcome()).isEqualTo(new Outcome.Broken("connect"));
        }
    }

    @Test
    void requestOnAKeptConnectionThatTheServerClosedIsSentAgainAndCounted() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                exchange -> {
                                    if (exchange.onConnection() > 0) {
                                        exchange.reset();
                                        return false;
                                    }
                                    return exchange.complete(2);
                                });
                CompletionTransport transport = kind.to(server.endpoint(), LONG)) {
            assertThat(Asking.ask(transport).outcome()).isEqualTo(new Outcome.Completed());
            assertThat(Asking.ask(transport).outcome()).isEqualTo(new Outcome.Completed());
            assertThat(transport.connections().resends()).isEqualTo(1);
            assertThat(server.requests()).isEqualTo(3);
            assertThat(transport.connections().opened()).isEqualTo(2);
        }
    }

    @Test
    void keptConnectionsAreReused() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.complete(2));
                CompletionTransport transport = kind.to(server.endpoint(), LONG)) {
            Asking.ask(transport);
            Asking.ask(transport);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void cancelledExchangeSaysSo() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server =
                        new ScriptedServer(
                                exchange -> {
                                    exchange.head();
                                    started.countDown();
                                    over.await(20, TimeUnit.SECONDS);
                                    return false;
                                });
                CompletionTransport transport = kind.to(server.endpoint(), LONG)) {
            BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
            CompletionTransport.Exchange exchange = Asking.start(transport, replies);
            assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
            exchange.cancel();
            assertThat(replies.take().outcome()).isEqualTo(new Outcome.Cancelled());
            over.countDown();
        }
    }

    private Reply ask(ScriptedServer.Script script) throws Exception {
        try (ScriptedServer server = new ScriptedServer(script)) {
            return ask(server, LONG);
        }
    }

    private Reply ask(ScriptedServer server, Duration timeout) throws Exception {
        try (CompletionTransport transport = kind.to(server.endpoint(), timeout)) {
            return Asking.ask(transport);
        }
    }

    /** A reset overtakes unread data: give the client the time to read it. */
    private static void awaitRead() throws InterruptedException {
        Thread.sleep(50);
    }
}
