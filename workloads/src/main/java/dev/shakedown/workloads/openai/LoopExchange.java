package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.openai.CompletionTransport.ReplySink;
import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure;
import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure.Kind;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request on its way: on a kept connection, or a new one. Confined to its loop. */
final class LoopExchange {
    private final EventLoopTransport transport;
    private final EventLoop loop;
    private final CompletionRequest request;
    private final ReplySink sink;
    private @Nullable LoopConnection connection;
    private @Nullable Future<?> timeout;
    private boolean kept;
    private boolean over;

    LoopExchange(
            EventLoopTransport transport,
            EventLoop loop,
            CompletionRequest request,
            ReplySink sink) {
        this.transport = transport;
        this.loop = loop;
        this.request = request;
        this.sink = sink;
    }

    EventLoop loop() {
        return loop;
    }

    void begin(Optional<LoopConnection> idle) {
        if (over) {
            return;
        }
        sink.sending(transport.nowNs());
        timeout =
                loop.schedule(
                        () -> giveUp(Kind.TIMEOUT, "timeout"),
                        transport.requestTimeout().toNanos(),
                        TimeUnit.NANOSECONDS);
        if (idle.filter(LoopConnection::open).isPresent()) {
            kept = true;
            idle.get().take(this);
            connected(idle.get());
        } else {
            connect();
        }
    }

    /** From any thread. */
    void cancel() {
        loop.execute(() -> giveUp(Kind.CANCELLED, "given up by the client"));
    }

    private void connect() {
        kept = false;
        LoopConnection fresh = new LoopConnection(transport, this);
        connection = fresh;
        transport.connect(loop, fresh);
    }

    void connected(LoopConnection ready) {
        connection = ready;
        ready.send(request);
    }

    void headers(int status, long nowNs) {
        sink.headers(status, nowNs);
    }

    boolean bytes(byte[] piece, int length, long nowNs) {
        return sink.bytes(piece, 0, length, nowNs);
    }

    void ended(long nowNs) {
        finish();
        sink.ended(nowNs);
    }

    void failed(Kind kind, @Nullable Throwable why) {
        finish();
        sink.failed(new TransportFailure(kind, text(why)), transport.nowNs());
    }

    /** A kept connection that the server closed before this request reached it is no failure. */
    void broken(Kind kind, boolean answered, @Nullable Throwable why) {
        if (kept && !answered) {
            transport.resending();
            connect();
        } else {
            failed(kind, why);
        }
    }

    private void giveUp(Kind kind, String why) {
        if (!over) {
            if (connection != null) {
                connection.close();
            }
            finish();
            sink.failed(new TransportFailure(kind, why), transport.nowNs());
        }
    }

    private void finish() {
        over = true;
        if (timeout != null) {
            timeout.cancel(false);
        }
        transport.ended(this);
    }

    private static String text(@Nullable Throwable why) {
        if (why == null) {
            return "the server closed the connection";
        }
        String message = why.getMessage();
        return ErrorText.shorten(message == null ? why.getClass().getSimpleName() : message);
    }
}
