package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure;
import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection, and the exchange that has it. Confined to its loop, but while it waits for its
 * next exchange.
 */
final class LoopConnection extends ChannelInboundHandlerAdapter {
    private static final int DEEPEST = 8;
    private static final TransportFailure CLOSED_IN_STREAM =
            new TransportFailure(Kind.CUT_SHORT, "the server closed the connection");
    private static final TransportFailure CLOSED_BEFORE =
            new TransportFailure(Kind.RESET, "the server closed the connection");

    private final EventLoopTransport transport;
    private final EventLoop loop;
    private volatile @Nullable ChannelHandlerContext context;
    private byte[] piece = new byte[2048];
    private long readNs;
    private long idleSinceNs;
    private boolean sent;
    private boolean informational;
    private boolean answered;
    private boolean keepAlive;

    /** Whose answer is read; none has it between two requests. */
    private @Nullable LoopExchange exchange;

    /** Made for an exchange, which it tells when it is ready. */
    LoopConnection(EventLoopTransport transport, LoopExchange exchange) {
        this.transport = transport;
        this.exchange = exchange;
        this.loop = exchange.loop();
    }

    EventLoop loop() {
        return loop;
    }

    /** In front of everything: bytes have the time at which they were read. */
    ChannelInboundHandlerAdapter arrivals() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext at, Object message) {
                readNs = transport.nowNs();
                at.fireChannelRead(message);
            }
        };
    }

    boolean open() {
        ChannelHandlerContext at = context;
        return at != null && at.channel().isActive();
    }

    /** Whether an exchange waits for it, or has it. */
    boolean wanted() {
        return exchange != null;
    }

    long idleSinceNs() {
        return idleSinceNs;
    }

    void ready() {
        LoopExchange waiting = exchange;
        if (waiting == null) {
            close();
        } else {
            waiting.connected(this);
        }
    }

    void unreachable(Throwable why) {
        LoopExchange waiting = exchange;
        close();
        if (waiting != null) {
            waiting.failed(new TransportFailure(Kind.CONNECT, text(why)));
        }
    }

    /** Has another exchange from now on, on the same connection. */
    void take(LoopExchange next) {
        exchange = next;
    }

    void send(CompletionRequest request) {
        sent = true;
        informational = false;
        answered = false;
        ChannelHandlerContext at = Objects.requireNonNull(context, "it is connected");
        // What fails of it comes back as an exception of the channel.
        var _ = at.writeAndFlush(transport.head().with(request), at.voidPromise());
    }

    /** Tells nobody. */
    void close() {
        exchange = null;
        ChannelHandlerContext at = context;
        if (at != null) {
            var _ = at.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext at, Object message) {
        try {
            LoopExchange reader = exchange;
            if (reader != null) {
                read(reader, message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(LoopExchange reader, Object message) {
        if (message instanceof HttpResponse response) {
            if (malformed(response.decoderResult())) {
                return;
            }
            HttpResponseStatus status = response.status();
            informational =
                    status.codeClass() == HttpStatusClass.INFORMATIONAL
                            && !status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
            if (!informational) {
                answered = true;
                keepAlive = HttpUtil.isKeepAlive(response);
                reader.headers(status.code(), readNs);
            }
            if (status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                // What follows is no HTTP any more.
                end(reader);
                return;
            }
        }
        if (message instanceof HttpContent content
                && !informational
                && !malformed(content.decoderResult())
                && body(reader, content.content())
                && content instanceof LastHttpContent) {
            end(reader);
        }
    }

    private boolean malformed(DecoderResult decoded) {
        if (decoded.isFailure()) {
            fail(
                    new TransportFailure(
                            answered ? Kind.CUT_SHORT : Kind.RESET, text(decoded.cause())));
        }
        return decoded.isFailure();
    }

    /** Whether more is wanted. */
    private boolean body(LoopExchange reader, ByteBuf content) {
        int length = content.readableBytes();
        if (length == 0) {
            return true;
        }
        if (piece.length < length) {
            piece = new byte[length];
        }
        content.readBytes(piece, 0, length);
        if (reader.bytes(piece, length, readNs)) {
            return true;
        }
        close();
        reader.ended(readNs);
        return false;
    }

    /** A body that ends with its connection ends later than its last bytes came. */
    private void end(LoopExchange reader) {
        exchange = null;
        if (!open()) {
            reader.ended(transport.nowNs());
            return;
        }
        if (keepAlive) {
            idleSinceNs = transport.nowNs();
            transport.keep(this);
        } else {
            close();
        }
        reader.ended(readNs);
    }

    @Override
    public void channelInactive(ChannelHandlerContext at) {
        fail(answered ? CLOSED_IN_STREAM : CLOSED_BEFORE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext at, Throwable cause) {
        fail(new TransportFailure(Kind.RESET, text(cause)));
    }

    private void fail(TransportFailure failure) {
        LoopExchange reader = exchange;
        close();
        if (reader != null && sent) {
            reader.broken(failure, answered);
        } else if (reader != null) {
            reader.failed(new TransportFailure(Kind.CONNECT, failure.text()));
        }
    }

    /** Of the first cause: Netty wraps the one that tells. */
    static String text(Throwable why) {
        Throwable first = why;
        for (int depth = 0; first.getCause() != null && depth < DEEPEST; depth++) {
            first = first.getCause();
        }
        String message = first.getMessage();
        return ErrorText.shorten(message == null ? first.getClass().getSimpleName() : message);
    }
}
