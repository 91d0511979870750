package dev.shakedown.simulator.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sockets of the kernel's own on Linux, where Netty's library for it loads; else Java's. A write
 * through Java's costs more than all else that is done for one event.
 */
public final class Transport {
    private Transport() {}

    /** A single-threaded event loop. */
    public static EventLoopGroup loop() {
        IoHandlerFactory handler =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(1, handler);
    }

    static ChannelFactory<ServerChannel> listening() {
        return Epoll.isAvailable() ? EpollServerSocketChannel::new : DirectChannels::new;
    }

    /**
     * Writes what the kernel takes now, around Netty's pipeline; nothing while older bytes wait in
     * front.
     *
     * @param bytes direct
     */
    static void writeNow(Channel channel, ByteBuffer bytes) throws IOException {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (waiting == null || !waiting.isEmpty()) {
            return;
        }
        if (channel instanceof EpollSocketChannel epoll && epoll.fd() instanceof Socket socket) {
            long address = Buffer.memoryAddress(bytes);
            int sent = socket.sendAddress(address, bytes.position(), bytes.limit());
            bytes.position(bytes.position() + sent);
        } else if (channel instanceof DirectChannels.Direct direct) {
            direct.writeNow(bytes);
        }
    }
}
