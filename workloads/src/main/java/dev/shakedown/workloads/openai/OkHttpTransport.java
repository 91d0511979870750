package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/** One virtual thread an exchange, blocking in OkHttp's synchronous call. */
public final class OkHttpTransport implements CompletionTransport {
    private static final int READ_BYTES = 16 * 1024;

    private final Endpoint endpoint;
    private final LongSupplier clock;
    private final OkHttpClient client;
    private final OkHttpClient freshClient;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder opened = new LongAdder();
    private final LongAdder resends = new LongAdder();

    /**
     * A transport to one server.
     *
     * @param requestTimeout from sending to the stream's end
     * @param clock monotonic nanoseconds, handed to the sinks
     */
    public OkHttpTransport(Endpoint endpoint, Duration requestTimeout, LongSupplier clock) {
        this.endpoint = endpoint;
        this.clock = clock;
        client =
                HttpClients.of(endpoint, requestTimeout)
                        .newBuilder()
                        .eventListenerFactory(call -> new Connecting(tagOf(call)))
                        .build();
        freshClient = HttpClients.withoutReuse(client);
    }

    @Override
    public Exchange start(CompletionRequest request, ReplySink sink) {
        Running running = new Running(request, sink);
        threads.execute(running);
        return running::cancel;
    }

    @Override
    public Connections connections() {
        return new Connections(opened.sum(), resends.sum(), true);
    }

    /** Ends what is still running; its sinks are told. */
    @Override
    public void close() {
        client.dispatcher().cancelAll();
        threads.close();
        HttpClients.close(client);
        HttpClients.close(freshClient);
    }

    private static Attempt tagOf(Call call) {
        Attempt attempt = call.request().tag(Attempt.class);
        return attempt == null ? new Attempt() : attempt;
    }

    /** What one attempt to send did, written by OkHttp's listener. */
    private static final class Attempt {
        volatile boolean acquired;
        volatile boolean connected;
        volatile boolean answered;
    }

    private final class Connecting extends EventListener {
        private final Attempt attempt;

        Connecting(Attempt attempt) {
            this.attempt = attempt;
        }

        @Override
        public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
            attempt.connected = true;
            opened.increment();
        }

        @Override
        public void connectionAcquired(Call call, Connection connection) {
            attempt.acquired = true;
        }

        @Override
        public void responseHeadersEnd(Call call, Response response) {
            attempt.answered = true;
        }
    }

    private final class Running implements Runnable {
        private final CompletionRequest request;
        private final ReplySink sink;
        private volatile boolean cancelled;
        private volatile Call call;

        Running(CompletionRequest request, ReplySink sink) {
            this.request = request;
            this.sink = sink;
            call = newCall(client, new Attempt());
        }

        void cancel() {
            cancelled = true;
            call.cancel();
        }

        @Override
        public void run() {
            try {
                runOnce();
            } catch (RuntimeException e) {
                // A task's boundary: without an end the request would be in flight for ever.
                sink.failed(
                        new TransportFailure(Kind.RESET, ErrorText.shorten(e.toString())),
                        clock.getAsLong());
            }
        }

        private void runOnce() {
            sink.sending(clock.getAsLong());
            Attempt attempt = new Attempt();
            try {
                call = newCall(client, attempt);
                exchange();
            } catch (IOException e) {
                if (isStaleConnection(attempt, e)) {
                    resends.increment();
                    runAgain();
                } else {
                    sink.failed(failure(attempt, e), clock.getAsLong());
                }
            }
        }

        private void runAgain() {
            Attempt attempt = new Attempt();
            try {
                call = newCall(freshClient, attempt);
                exchange();
            } catch (IOException e) {
                sink.failed(failure(attempt, e), clock.getAsLong());
            }
        }

        private void exchange() throws IOException {
            if (cancelled) {
                throw new IOException("Canceled");
            }
            try (Response response = call.execute()) {
                sink.headers(response.code(), clock.getAsLong());
                BufferedSource source = response.body().source();
                byte[] buffer = new byte[READ_BYTES];
                for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
                    if (!sink.bytes(buffer, 0, n, clock.getAsLong())) {
                        call.cancel();
                        break;
                    }
                }
                sink.ended(clock.getAsLong());
            }
        }

        /** The server closed a kept connection before this request reached it. */
        private boolean isStaleConnection(Attempt attempt, IOException e) {
            return !cancelled
                    && attempt.acquired
                    && !attempt.connected
                    && !attempt.answered
                    && !(e instanceof InterruptedIOException);
        }

        private TransportFailure failure(Attempt attempt, IOException e) {
            if (cancelled) {
                return new TransportFailure(Kind.CANCELLED, "given up by the client");
            }
            String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            return new TransportFailure(kind(attempt, e), ErrorText.shorten(text));
        }

        private Kind kind(Attempt attempt, IOException e) {
            return switch (e) {
                case ConnectException _, UnknownHostException _, NoRouteToHostException _ ->
                        Kind.CONNECT;
                case SocketTimeoutException _ when !attempt.answered && attempt.connected ->
                        Kind.CONNECT;
                case InterruptedIOException _ -> Kind.TIMEOUT;
                case SSLException _ when !attempt.answered -> Kind.CONNECT;
                case EOFException _, ProtocolException _ ->
                        attempt.answered ? Kind.CUT_SHORT : Kind.RESET;
                default -> Kind.RESET;
            };
        }

        private Call newCall(OkHttpClient with, Attempt attempt) {
            Request.Builder builder =
                    new Request.Builder()
                            .url(endpoint.resolve(request.route()).toString())
                            .header("Accept", "text/event-stream")
                            .header("Accept-Encoding", "identity")
                            .tag(Attempt.class, attempt)
                            .post(new OneShotBody(request.body()));
            endpoint.apiKey().ifPresent(key -> builder.header("Authorization", "Bearer " + key));
            return with.newCall(builder.build());
        }
    }
}
