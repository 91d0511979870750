package dev.shakedown.simulator.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One request and its reply. Used on the event loop only. */
public final class Exchange {
    private final Channel channel;
    private final FullHttpRequest request;
    private final QueryStringDecoder uri;
    private final boolean keepAlive;
    private final long arrivedNanos = System.nanoTime();
    private Map<String, String> pathValues = Map.of();
    private Runnable onDisconnect = () -> {};
    private boolean answered;

    /** The codec's place, while events are sent. */
    private @Nullable ChannelHandlerContext wire;

    Exchange(Channel channel, FullHttpRequest request) {
        this.channel = channel;
        this.request = request;
        this.uri = new QueryStringDecoder(request.uri());
        this.keepAlive = HttpUtil.isKeepAlive(request);
    }

    public String method() {
        return request.method().name();
    }

    /** Of {@link System#nanoTime}, when the request was whole. */
    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** Without the query. */
    public String path() {
        return uri.path();
    }

    public Optional<String> query(String name) {
        return queries(name).stream().findFirst();
    }

    public List<String> queries(String name) {
        return uri.parameters().getOrDefault(name, List.of());
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(request.headers().get(name));
    }

    public Stream<String> headerNames() {
        return request.headers().names().stream();
    }

    /** The body as text; only while the handler runs. */
    public String body() {
        return request.content().toString(StandardCharsets.UTF_8);
    }

    /** The value that stood for {@code {name}} in the route. */
    public String pathValue(String name) {
        return pathValues.getOrDefault(name, "");
    }

    void pathValues(Map<String, String> values) {
        pathValues = values;
    }

    /** Runs once if the client goes away before the reply is complete. */
    public void onDisconnect(Runnable action) {
        onDisconnect = action;
    }

    public void json(int status, JsonNode body) {
        reply(status, "application/json", Json.write(body));
    }

    public void text(int status, String body) {
        reply(status, "text/plain; charset=utf-8", body);
    }

    /** A status and no body. */
    public void empty(int status) {
        reply(status, "", "");
    }

    public void reply(int status, String contentType, String body) {
        ByteBuf content = ByteBufUtil.writeUtf8(channel.alloc(), body);
        var response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), content);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
        mark(response, contentType);
        finish(response);
    }

    /**
     * Starts a chunked reply of events. It goes out with the first of them, in one packet; that one
     * must not be a frame, which goes around what waits here.
     */
    public void startEvents() {
        var response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpUtil.setTransferEncodingChunked(response, true);
        mark(response, "text/event-stream; charset=utf-8");
        var _ = channel.write(response);
        wire = channel.pipeline().context(HttpServerCodec.class);
    }

    /**
     * One event that is framed already, on the wire at once: around Netty, as far as the kernel
     * takes it.
     */
    public void event(EventFrame frame) {
        ByteBuffer bytes = frame.finish();
        ChannelHandlerContext past = Objects.requireNonNull(wire, "startEvents comes first");
        try {
            Transport.writeNow(past.channel(), bytes);
        } catch (IOException reset) {
            var _ = channel.close();
            return;
        }
        if (bytes.hasRemaining()) {
            // Below the codec, for which this would be the content of another chunk.
            ByteBuf rest = channel.alloc().ioBuffer(bytes.remaining()).writeBytes(bytes);
            var _ = past.writeAndFlush(rest, past.voidPromise());
        }
    }

    /** One {@code data:} event, on the wire at once. */
    public void event(String data) {
        ByteBuf content = channel.alloc().buffer(data.length() + 16);
        ByteBufUtil.writeAscii(content, "data: ");
        ByteBufUtil.writeUtf8(content, data);
        ByteBufUtil.writeAscii(content, "\n\n");
        // A write that fails closes the channel, which disconnected() sees.
        var _ = channel.writeAndFlush(new DefaultHttpContent(content));
    }

    /** Any bytes of a chunked reply, as one chunk, on the wire at once. */
    public void piece(byte[] bytes) {
        ByteBuf content = channel.alloc().buffer(bytes.length).writeBytes(bytes);
        var _ = channel.writeAndFlush(new DefaultHttpContent(content));
    }

    /** Ends a chunked reply of which more was to come. */
    public void cut() {
        onDisconnect.run();
        end();
    }

    /** Does something later, unless the client has gone by then. */
    public void later(Duration delay, Runnable action) {
        var _ =
                channel.eventLoop()
                        .schedule(
                                () -> {
                                    if (channel.isActive()) {
                                        action.run();
                                    }
                                },
                                delay.toNanos(),
                                TimeUnit.NANOSECONDS);
    }

    /** Ends the connection with a reset, whatever was written. */
    public void reset() {
        if (channel.config() instanceof SocketChannelConfig socket) {
            socket.setSoLinger(0);
        }
        var _ = channel.close();
    }

    /** Ends a chunked reply. */
    public void end() {
        finish(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    /** Turns the connection into a WebSocket that only sends; empty if the client did not ask. */
    public Optional<TextSocket> upgrade() {
        Optional<TextSocket> socket = TextSocket.over(channel, request);
        socket.ifPresent(opened -> answered = true);
        return socket;
    }

    boolean answered() {
        return answered;
    }

    void disconnected() {
        if (!answered) {
            answered = true;
            onDisconnect.run();
        }
    }

    private void mark(HttpResponse response, String contentType) {
        response.headers().set(HttpHeaderNames.SERVER, "shakedown-simulator");
        if (!contentType.isEmpty()) {
            response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
        if (!keepAlive) {
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private void finish(Object last) {
        answered = true;
        var written = channel.writeAndFlush(last);
        if (!keepAlive) {
            var _ = written.addListener(ChannelFutureListener.CLOSE);
        }
    }
}
