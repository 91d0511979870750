package dev.shakedown.workloads.openai;

import static dev.shakedown.workloads.openai.ScriptedServer.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.workloads.measure.Outcome;
import dev.shakedown.workloads.openai.CompletionTransport.ReplySink;
import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the event loops do with connections and with what HTTP allows beside the usual. */
class EventLoopTransportTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final AtomicLong skippedNs = new AtomicLong();

    @Test
    void connectionThatWasIdleForFourSecondsIsNotUsedAgain() throws Exception {
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.complete(1));
                CompletionTransport transport = to(server.endpoint())) {
            Asking.ask(transport);
            skippedNs.addAndGet(Duration.ofMillis(3900).toNanos());
            Asking.ask(transport);
            assertThat(server.connections()).isEqualTo(1);
            skippedNs.addAndGet(Duration.ofMillis(4100).toNanos());
            Asking.ask(transport);
            assertThat(server.connections()).isEqualTo(2);
            assertThat(transport.connections().resends()).isZero();
        }
    }

    @Test
    void connectionThatWasUsedLastIsUsedFirst() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        BlockingQueue<Integer> ports = new LinkedBlockingQueue<>();
        try (ScriptedServer server =
                        new ScriptedServer(
                                exchange -> {
                                    ports.add(exchange.socket().getPort());
                                    both.countDown();
                                    both.await(20, TimeUnit.SECONDS);
                                    return exchange.complete(1);
                                });
                CompletionTransport transport = to(server.endpoint())) {
            BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
            Asking.start(transport, replies);
            Asking.start(transport, replies);
            replies.take();
            replies.take();
            ports.clear();
            Asking.ask(transport);
            Asking.ask(transport);
            assertThat(server.connections()).isEqualTo(2);
            assertThat(ports.take()).isEqualTo(ports.take());
        }
    }

    @Test
    void bodyThatEndsWithItsConnectionIsWhole() throws Exception {
        try (ScriptedServer server =
                        new ScriptedServer(
                                exchange -> {
                                    exchange.send("HTTP/1.0 200 OK\r\n\r\n");
                                    exchange.send(chunk(1) + "data: [DONE]\n\n");
                                    return false;
                                });
                CompletionTransport transport = to(server.endpoint())) {
            assertThat(Asking.ask(transport).outcome()).isEqualTo(new Outcome.Completed());
            assertThat(Asking.ask(transport).outcome()).isEqualTo(new Outcome.Completed());
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void answersThatAreNoStreamAreRefusals() throws Exception {
        for (String status : List.of("204 No Content", "101 Switching Protocols", "302 Found")) {
            String rest = status.startsWith("302") ? "content-length: 0\r\n" : "";
            try (ScriptedServer server =
                            new ScriptedServer(
                                    exchange -> {
                                        exchange.send(
                                                "HTTP/1.1 %s\r\n%s\r\n".formatted(status, rest));
                                        return true;
                                    });
                    CompletionTransport transport = to(server.endpoint())) {
                assertThat(Asking.ask(transport).outcome())
                        .isEqualTo(new Outcome.Refused(Integer.parseInt(status.substring(0, 3))));
            }
        }
    }

    @Test
    void exchangesThatRunAreEndedWhenItIsClosed() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        try (ScriptedServer server =
                new ScriptedServer(
                        exchange -> {
                            exchange.head();
                            over.await(20, TimeUnit.SECONDS);
                            return false;
                        })) {
            CompletionTransport.Exchange exchange;
            try (CompletionTransport transport = to(server.endpoint())) {
                exchange = Asking.start(transport, replies);
                Asking.start(transport, replies);
            }
            assertThat(List.of(replies.take().outcome(), replies.take().outcome()))
                    .containsOnly(new Outcome.Cancelled());
            exchange.cancel();
            over.countDown();
        }
    }

    /** 192.0.2.0/24 is for documentation (RFC 5737): nothing answers there. */
    @Test
    void timeoutAndCancelEndARequestThatIsStillConnecting() throws Exception {
        Endpoint nowhere = Endpoint.of(URI.create("http://192.0.2.1:9"), "m");
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        try (CompletionTransport transport =
                new EventLoopTransport(nowhere, Duration.ofMillis(200), System::nanoTime)) {
            Asking.start(transport, replies);
            CompletionTransport.Exchange second = Asking.start(transport, replies);
            second.cancel();
            List<Outcome> outcomes = new ArrayList<>();
            outcomes.add(replies.take().outcome());
            outcomes.add(replies.take().outcome());
            // A network that says at once that it has no way there is as good.
            assertThat(outcomes)
                    .isSubsetOf(
                            new Outcome.Cancelled(),
                            new Outcome.TimedOut(),
                            new Outcome.Broken("connect"));
        }
    }

    @Test
    void sinkThatThrowsEndsItsExchangeAndNoOther() throws Exception {
        BlockingQueue<TransportFailure> failures = new LinkedBlockingQueue<>();
        try (ScriptedServer server = new ScriptedServer(exchange -> exchange.complete(1));
                CompletionTransport transport = to(server.endpoint())) {
            for (String where : List.of("sending", "headers", "bytes")) {
                transport.start(Asking.request(), new Throwing(where, failures));
                TransportFailure failure = failures.poll(20, TimeUnit.SECONDS);
                assertThat(failure).as(where).isNotNull();
                assertThat(failure.text()).isEqualTo("a bug in " + where);
            }
            assertThat(Asking.ask(transport).outcome()).isEqualTo(new Outcome.Completed());
        }
    }

    private record Throwing(String where, BlockingQueue<TransportFailure> failures)
            implements ReplySink {
        private void come(String to) {
            if (to.equals(where)) {
                throw new IllegalStateException("a bug in " + where);
            }
        }

        @Override
        public void sending(long nowNs) {
            come("sending");
        }

        @Override
        public void headers(int status, long nowNs) {
            come("headers");
        }

        @Override
        public boolean bytes(byte[] buffer, int offset, int length, long nowNs) {
            come("bytes");
            return true;
        }

        @Override
        public void ended(long nowNs) {}

        @Override
        public void failed(TransportFailure failure, long nowNs) {
            failures.add(failure);
        }
    }

    private CompletionTransport to(Endpoint endpoint) {
        return new EventLoopTransport(endpoint, LONG, () -> System.nanoTime() + skippedNs.get());
    }
}
