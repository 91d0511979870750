package dev.shakedown.workloads.openai;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * What all connections of one loop read into, one after the other: a thousand streams with buffers
 * of their own would not fit into a core's cache. Confined to its loop.
 */
final class LoopBuffer extends DefaultMaxMessagesRecvByteBufAllocator implements AutoCloseable {
    private static final int BYTES = 16 << 10;

    private final ByteBuf read = Unpooled.directBuffer(BYTES, BYTES);
    private final byte[] bytes = new byte[BYTES];

    /** For one piece of what was read at a time. */
    byte[] bytes() {
        return bytes;
    }

    /** Once its loop has ended. */
    @Override
    public void close() {
        read.release();
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return BYTES;
            }

            // Another one while somebody, as TLS with half a record, still has the last.
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                return read.refCnt() == 1
                        ? read.clear().retain()
                        : allocator.directBuffer(BYTES, BYTES);
            }
        };
    }
}
