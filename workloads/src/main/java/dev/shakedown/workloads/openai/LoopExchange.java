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
    private static final TransportFailure CANCELLED =
            new TransportFailure(Kind.CANCELLED, "given up by the client");
    private static final TransportFailure TIMEOUT = new TransportFailure(Kind.TIMEOUT, "timeout");

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
            idle.ifPresent(transport::keep);
            return;
        }
        try {
            sink.sending(transport.nowNs());
            timeout =
                    loop.schedule(
                            () -> giveUp(TIMEOUT),
                            transport.requestTimeout().toNanos(),
                            TimeUnit.NANOSECONDS);
            if (idle.filter(LoopConnection::open).isPresent()) {
                kept = true;
                idle.get().take(this);
                connected(idle.get());
            } else {
                connect();
            }
        } catch (RuntimeException bug) {
            // A task's boundary: without an end the request would be in flight for ever.
            giveUp(new TransportFailure(Kind.RESET, LoopConnection.text(bug)));
        }
    }

    void cancel() {
        giveUp(CANCELLED);
    }

    private void connect() {
        kept = false;
        LoopConnection fresh = new LoopConnection(transport, this);
        connection = fresh;
        transport.connect(fresh);
    }

    void connected(LoopConnection ready) {
        connection = ready;
        try {
            ready.send(request);
        } catch (RuntimeException bug) {
            giveUp(new TransportFailure(Kind.RESET, LoopConnection.text(bug)));
        }
    }

    void headers(int status, long nowNs) {
        sink.headers(status, nowNs);
    }

    boolean bytes(byte[] buffer, int offset, int length, long nowNs) {
        return sink.bytes(buffer, offset, length, nowNs);
    }

    void ended(long nowNs) {
        finish();
        sink.ended(nowNs);
    }

    void failed(TransportFailure failure) {
        if (!over) {
            finish();
            sink.failed(failure, transport.nowNs());
        }
    }

    /** A kept connection that the server closed before this request reached it is no failure. */
    void broken(TransportFailure failure, boolean answered) {
        if (kept && !answered && !over) {
            transport.resending();
            connect();
        } else {
            failed(failure);
        }
    }

    private void giveUp(TransportFailure failure) {
        if (!over) {
            if (connection != null) {
                connection.close();
            }
            failed(failure);
        }
    }

    private void finish() {
        over = true;
        if (timeout != null) {
            timeout.cancel(false);
        }
        transport.ended(this);
    }
}
