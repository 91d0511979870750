package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One connection, and the exchange that has it. Confined to its loop, but while it waits for its
 * next exchange.
 */
final class LoopConnection extends ChannelInboundHandlerAdapter {
    private final EventLoopTransport transport;
    private final EventLoop loop;
    private LoopExchange exchange;
    private volatile @Nullable ChannelHandlerContext context;
    private byte[] piece = new byte[2048];
    private long readNs;
    private long idleSinceNs;
    private boolean busy = true;
    private boolean informational;
    private boolean answered;
    private boolean keepAlive;

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

    long idleSinceNs() {
        return idleSinceNs;
    }

    void ready() {
        if (busy) {
            exchange.connected(this);
        } else {
            close();
        }
    }

    void unreachable(Throwable why) {
        if (busy) {
            busy = false;
            exchange.failed(Kind.CONNECT, why);
        }
        close();
    }

    /** Has another exchange from now on, on the same connection. */
    void take(LoopExchange next) {
        exchange = next;
        busy = true;
    }

    void send(CompletionRequest request) {
        informational = false;
        answered = false;
        ChannelHandlerContext at = context;
        if (at != null) {
            // A write that fails closes the channel, which channelInactive sees.
            var _ = at.writeAndFlush(transport.head().with(request), at.voidPromise());
        }
    }

    /** Tells nobody. */
    void close() {
        busy = false;
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
            if (busy) {
                read(message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void read(Object message) {
        if (message instanceof HttpResponse response) {
            if (malformed(response.decoderResult())) {
                return;
            }
            informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (!informational) {
                answered = true;
                keepAlive = HttpUtil.isKeepAlive(response);
                exchange.headers(response.status().code(), readNs);
            }
        }
        if (message instanceof HttpContent content && !informational) {
            if (!malformed(content.decoderResult()) && body(content.content())) {
                if (content instanceof LastHttpContent) {
                    end();
                }
            }
        }
    }

    private boolean malformed(DecoderResult decoded) {
        if (decoded.isFailure()) {
            fail(answered ? Kind.CUT_SHORT : Kind.RESET, decoded.cause());
        }
        return decoded.isFailure();
    }

    /** Whether more is wanted. */
    private boolean body(ByteBuf content) {
        int length = content.readableBytes();
        if (length == 0) {
            return true;
        }
        if (piece.length < length) {
            piece = new byte[length];
        }
        content.readBytes(piece, 0, length);
        if (exchange.bytes(piece, length, readNs)) {
            return true;
        }
        close();
        exchange.ended(readNs);
        return false;
    }

    private void end() {
        busy = false;
        if (keepAlive && open()) {
            idleSinceNs = transport.nowNs();
            transport.keep(this);
        } else {
            close();
        }
        exchange.ended(readNs);
    }

    @Override
    public void channelInactive(ChannelHandlerContext at) {
        if (busy) {
            fail(answered ? Kind.CUT_SHORT : Kind.RESET, null);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext at, Throwable cause) {
        if (busy) {
            fail(Kind.RESET, cause);
        }
    }

    private void fail(Kind kind, @Nullable Throwable why) {
        close();
        exchange.broken(kind, answered, why);
    }
}
