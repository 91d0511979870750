package dev.shakedown.simulator.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One listening port. The event loop is the caller's, of {@link Transport#loop}. */
public final class HttpServer implements AutoCloseable {
    /** Ray's dashboard takes 100 MiB; vLLM has no limit of its own. */
    private static final int MAX_BODY_BYTES = 100 << 20;

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final Channel listening;
    private final ChannelGroup connections;

    private HttpServer(Channel listening, ChannelGroup connections) {
        this.listening = listening;
        this.connections = connections;
    }

    /**
     * Listens when it returns.
     *
     * @param port 0 for a free one; always on loopback
     * @param idleSeconds an idle connection is closed after it, as uvicorn (5) and aiohttp (75) do
     * @throws PortInUseException if somebody else listens there
     */
    public static HttpServer listen(
            EventLoopGroup loop, int port, int idleSeconds, Handler handler) {
        ChannelGroup connections = new DefaultChannelGroup(loop.next());
        var bound =
                new ServerBootstrap()
                        .group(loop)
                        .channelFactory(Transport.listening())
                        .option(ChannelOption.SO_BACKLOG, 4096)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        connections.add(channel);
                                        channel.pipeline()
                                                .addLast(new HttpServerCodec())
                                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                                                .addLast(new IdleStateHandler(0, 0, idleSeconds))
                                                .addLast(new Connection(handler));
                                    }
                                })
                        .bind(new InetSocketAddress(LOOPBACK, port))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new PortInUseException(port, bound.cause());
        }
        return new HttpServer(bound.channel(), connections);
    }

    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Ends all connections, as the end of a process does. */
    public void drop() {
        var _ = connections.close();
    }

    @Override
    public void close() {
        var _ = listening.close().awaitUninterruptibly();
    }

    /** One client connection: one request at a time. */
    private static final class Connection extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Handler handler;
        private @Nullable Exchange current;

        Connection(Handler handler) {
            this.handler = handler;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            if (busy()) {
                // A pipelined request would mix its reply with the running one; no client does it.
                var _ = context.close();
                return;
            }
            Exchange exchange = new Exchange(context.channel(), request);
            current = exchange;
            handler.handle(exchange);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (current != null) {
                current.disconnected();
            }
            context.fireChannelInactive();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            boolean webSocket = context.pipeline().get(HttpServerCodec.class) == null;
            if (event instanceof IdleStateEvent && !busy() && !webSocket) {
                var _ = context.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A reset by the client, or a bug in a handler: either way this connection is over.
            if (current != null && !current.answered() && context.channel().isActive()) {
                current.text(500, "Internal Server Error: " + cause);
            }
            var _ = context.close();
        }

        private boolean busy() {
            return current != null && !current.answered();
        }
    }
}
