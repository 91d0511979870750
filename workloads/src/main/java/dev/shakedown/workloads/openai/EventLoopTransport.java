package dev.shakedown.workloads.openai;

import dev.shakedown.workloads.measure.ThreadWork;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * A few threads, each of which reads whatever has arrived on any of its connections: a wake-up
 * serves many streams, where a thread a stream needs one each. HTTP/1.1, with TLS where the
 * endpoint asks for it; on the kernel's own sockets where Netty's library for them loads (Linux on
 * x86-64).
 */
public final class EventLoopTransport implements CompletionTransport {
    private static final int CONNECT_TIMEOUT_MS = 10_000;

    private final Duration requestTimeout;
    private final LongSupplier clock;
    private final EventLoops loops;
    private final boolean shared;
    private final Optional<SslContext> tls;
    private final HostAddresses addresses;
    private final RequestHead head;
    private final IdleConnections idle;
    private final Set<LoopExchange> running = ConcurrentHashMap.newKeySet();
    private final LongAdder opened = new LongAdder();
    private final LongAdder resends = new LongAdder();

    /**
     * A transport to one server. Its host is looked up here, once.
     *
     * @param requestTimeout from sending to the stream's end
     * @param clock monotonic nanoseconds, handed to the sinks
     */
    public EventLoopTransport(Endpoint endpoint, Duration requestTimeout, LongSupplier clock) {
        this(endpoint, requestTimeout, clock, Optional.empty());
    }

    /** On threads that others use, too, and somebody else ends. */
    EventLoopTransport(
            Endpoint endpoint,
            Duration requestTimeout,
            LongSupplier clock,
            Optional<EventLoops> theirs) {
        this.requestTimeout = requestTimeout;
        this.clock = clock;
        this.tls = Trust.context(endpoint);
        this.head = new RequestHead(endpoint);
        this.idle = new IdleConnections(clock);
        URI url = endpoint.baseUrl();
        int port = url.getPort() > 0 ? url.getPort() : tls.isPresent() ? 443 : 80;
        this.addresses = HostAddresses.of(url.getHost(), port);
        this.shared = theirs.isPresent();
        this.loops = theirs.orElseGet(EventLoops::new);
    }

    @Override
    public Exchange start(CompletionRequest request, ReplySink sink) {
        Optional<LoopConnection> kept = idle.take();
        EventLoop loop = kept.map(LoopConnection::loop).orElseGet(loops::next);
        LoopExchange exchange = new LoopExchange(this, loop, request, sink);
        running.add(exchange);
        loop.execute(() -> exchange.begin(kept));
        return () -> cancel(exchange);
    }

    @Override
    public List<ThreadWork> loops() {
        return loops.work();
    }

    @Override
    public Connections connections() {
        return new Connections(opened.sum(), resends.sum(), true);
    }

    /** Ends what is still running; its sinks are told. */
    @Override
    public void close() {
        running.forEach(this::cancel);
        if (!shared) {
            loops.close();
        }
    }

    private void cancel(LoopExchange exchange) {
        try {
            exchange.loop().execute(exchange::cancel);
        } catch (RejectedExecutionException closed) {
            // The transport is closed, and with it every exchange has ended.
            return;
        }
    }

    long nowNs() {
        return clock.getAsLong();
    }

    Duration requestTimeout() {
        return requestTimeout;
    }

    /** Whether bytes pass TLS before they are an answer's. */
    boolean secure() {
        return tls.isPresent();
    }

    LoopBuffer buffer(EventLoop loop) {
        return loops.buffer(loop);
    }

    RequestHead head() {
        return head;
    }

    void keep(LoopConnection connection) {
        idle.put(connection);
    }

    void ended(LoopExchange exchange) {
        running.remove(exchange);
    }

    void resending() {
        resends.increment();
    }

    /** Opens one, and tells it when it can be written to, or that it cannot be had. */
    void connect(LoopConnection connection) {
        connect(connection, addresses.good(), addresses.count());
    }

    private void connect(LoopConnection connection, InetSocketAddress address, int tries) {
        opened.increment();
        EventLoop loop = connection.loop();
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(
                                Epoll.isAvailable()
                                        ? EpollSocketChannel.class
                                        : NioSocketChannel.class)
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, connection.buffer())
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                        .handler(pipeline(connection, address));
        bootstrap
                .connect(address)
                .addListener(
                        connected -> {
                            // Of a socket that could not even be made, another thread tells.
                            if (!connected.isSuccess()) {
                                Throwable why = connected.cause();
                                loop.execute(() -> failed(connection, address, tries, why));
                            } else if (tls.isEmpty()) {
                                connection.ready();
                            }
                        });
    }

    private void failed(
            LoopConnection connection, InetSocketAddress address, int tries, Throwable why) {
        addresses.bad(address);
        if (tries > 1 && connection.wanted()) {
            connect(connection, addresses.good(), tries - 1);
        } else {
            connection.unreachable(why);
        }
    }

    private ChannelInitializer<SocketChannel> pipeline(
            LoopConnection connection, InetSocketAddress address) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(SocketChannel channel) {
                tls.ifPresent(context -> secure(context, channel, connection, address));
                channel.pipeline().addLast(connection);
            }
        };
    }

    private static void secure(
            SslContext context,
            Channel channel,
            LoopConnection connection,
            InetSocketAddress address) {
        var handler =
                context.newHandler(channel.alloc(), address.getHostString(), address.getPort());
        channel.pipeline().addLast(connection.arrivals(), handler);
        var _ =
                handler.handshakeFuture()
                        .addListener(
                                shaken -> {
                                    if (shaken.isSuccess()) {
                                        connection.ready();
                                    } else {
                                        connection.unreachable(shaken.cause());
                                    }
                                });
    }
}
