package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure;
import dev.shakedown.workloads.openai.CompletionTransport.TransportFailure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One connection, and the exchange that has it. Confined to its loop, but while it waits for its
 * next exchange.
 */
final class LoopConnection extends ChannelInboundHandlerAdapter implements AnswerFraming.Listener {
    private static final int DEEPEST = 8;
    private static final TransportFailure CLOSED_IN_STREAM =
            new TransportFailure(Kind.CUT_SHORT, "the server closed the connection");
    private static final TransportFailure CLOSED_BEFORE =
            new TransportFailure(Kind.RESET, "the server closed the connection");

    private final EventLoopTransport transport;
    private final EventLoop loop;
    private volatile @Nullable ChannelHandlerContext context;
    private final LoopBuffer buffer;
    private final AnswerFraming framing = new AnswerFraming(this);
    private long readNs;
    private long idleSinceNs;
    private boolean sent;
    private boolean answered;

    /** Whose answer is read; none has it between two requests. */
    private @Nullable LoopExchange exchange;

    /** Made for an exchange, which it tells when it is ready. */
    LoopConnection(EventLoopTransport transport, LoopExchange exchange) {
        this.transport = transport;
        this.exchange = exchange;
        this.loop = exchange.loop();
        this.buffer = transport.buffer(loop);
    }

    EventLoop loop() {
        return loop;
    }

    /**
     * In front of TLS: bytes have the time at which they were read, not that of their decryption.
     */
    ChannelInboundHandlerAdapter arrivals() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext at, Object message) {
                readNs = transport.nowNs();
                at.fireChannelRead(message);
            }
        };
    }

    LoopBuffer buffer() {
        return buffer;
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
        answered = false;
        ChannelHandlerContext at = Objects.requireNonNull(context, "it is connected");
        // What fails of it comes back as an exception of the channel.
        framing.expect();
        var _ = at.writeAndFlush(transport.head().with(request, at.alloc()), at.voidPromise());
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
        ByteBuf read = (ByteBuf) message;
        if (!transport.secure()) {
            readNs = transport.nowNs();
        }
        try {
            if (exchange == null) {
                // Nobody asked for it: what came next would be taken for the next answer.
                close();
            }
            byte[] bytes = buffer.bytes();
            while (exchange != null && read.isReadable()) {
                int length = Math.min(bytes.length, read.readableBytes());
                read.readBytes(bytes, 0, length);
                framing.read(bytes, 0, length);
                framing.failure().ifPresent(this::malformed);
            }
        } finally {
            read.release();
        }
    }

    private void malformed(String why) {
        fail(new TransportFailure(answered ? Kind.CUT_SHORT : Kind.RESET, why));
    }

    @Override
    public void head(int status) {
        answered = true;
        reader().headers(status, readNs);
    }

    @Override
    public boolean body(byte[] bytes, int offset, int length) {
        LoopExchange reader = reader();
        if (reader.bytes(bytes, offset, length, readNs)) {
            return true;
        }
        close();
        reader.ended(readNs);
        return false;
    }

    @Override
    public void end(boolean reusable) {
        LoopExchange reader = reader();
        exchange = null;
        if (reusable && open()) {
            idleSinceNs = transport.nowNs();
            transport.keep(this);
        } else {
            close();
        }
        reader.ended(readNs);
    }

    private LoopExchange reader() {
        return Objects.requireNonNull(exchange, "an answer is read for an exchange");
    }

    @Override
    public void channelInactive(ChannelHandlerContext at) {
        if (exchange != null) {
            readNs = transport.nowNs();
        }
        if (exchange == null || !framing.closed()) {
            fail(answered ? CLOSED_IN_STREAM : CLOSED_BEFORE);
        }
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
