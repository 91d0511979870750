package dev.shakedown.simulator.http;

import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.internal.SocketUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * Accepts connections of Java's sockets on which bytes can go to the kernel at once: for one event
 * a write, Netty's buffers, promises and its pipeline cost more than all else that is done here.
 */
final class DirectChannels extends NioServerSocketChannel {

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        SocketChannel socket = SocketUtils.accept(javaChannel());
        if (socket == null) {
            return 0;
        }
        accepted.add(new Direct(this, socket));
        return 1;
    }

    /** One connection. */
    static final class Direct extends NioSocketChannel {

        private Direct(DirectChannels parent, SocketChannel socket) {
            super(parent, socket);
        }

        /** Writes what the kernel takes now. */
        void writeNow(ByteBuffer bytes) throws IOException {
            var _ = javaChannel().write(bytes);
        }
    }
}
