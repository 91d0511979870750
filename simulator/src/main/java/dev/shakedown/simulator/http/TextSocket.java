package dev.shakedown.simulator.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.Optional;

/** A WebSocket on which the server sends text and the client at most says goodbye. */
public final class TextSocket {
    private final Channel channel;

    private TextSocket(Channel channel) {
        this.channel = channel;
    }

    static Optional<TextSocket> over(Channel channel, FullHttpRequest request) {
        if (!request.headers()
                .contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            return Optional.empty();
        }
        WebSocketServerHandshaker handshaker =
                new WebSocketServerHandshakerFactory(request.uri(), null, false)
                        .newHandshaker(request);
        if (handshaker == null) {
            return Optional.empty();
        }
        var _ = handshaker.handshake(channel, request);
        channel.pipeline().addLast(new Goodbye());
        return Optional.of(new TextSocket(channel));
    }

    public boolean open() {
        return channel.isActive();
    }

    public void send(String text) {
        var _ = channel.writeAndFlush(new TextWebSocketFrame(text));
    }

    /** A normal close, code 1000. */
    public void close() {
        var _ = channel.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
    }

    /** Answers pings; a close of either side ends the connection. */
    private static final class Goodbye extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            if (frame instanceof PingWebSocketFrame) {
                var _ = context.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
            } else if (frame instanceof CloseWebSocketFrame) {
                var _ = context.close();
            }
        }
    }
}
