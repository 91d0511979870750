package dev.shakedown.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Keeps many streams of a server open and throws away what they bring: one thread, raw bytes, no
 * parser but for the end of an answer, so that a server can be measured on the other core. Prints
 * events per second and how long the streams took.
 *
 * <p>Arguments: port, streams, tokens of an answer, seconds.
 */
public final class StreamDrain {
    private static final byte[] END =
            "data: [DONE]\n\n\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Selector selector;
    private final ByteBuffer request;
    private final int tokens;
    private final ByteBuffer read = ByteBuffer.allocateDirect(256 << 10);
    private long answers;

    private StreamDrain(int port, int tokens) throws IOException {
        this.selector = Selector.open();
        this.tokens = tokens;
        String body =
                "{\"prompt\":\"hi\",\"max_tokens\":%d,\"ignore_eos\":true,\"stream\":true}"
                        .formatted(tokens);
        String head =
                "POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: %d\r\n\r\n"
                        .formatted(port, body.length());
        this.request = ByteBuffer.wrap((head + body).getBytes(StandardCharsets.US_ASCII));
    }

    /** See the class. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        int streams = Integer.parseInt(arguments[1]);
        StreamDrain drain = new StreamDrain(port, Integer.parseInt(arguments[2]));
        long seconds = Long.parseLong(arguments[3]);
        for (int i = 0; i < streams; i++) {
            drain.open(port);
            // Spread over a second: streams that all start at once are all due at once, for ever.
            if (i % Math.max(1, streams / 1000) == 0 && streams > 1000) {
                Thread.sleep(1);
            }
        }
        long started = System.nanoTime();
        drain.run(started + seconds * 1_000_000_000);
        double took = (System.nanoTime() - started) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d answers of %d tokens in %.2f s: %.0f events/s%n",
                drain.answers,
                drain.tokens,
                took,
                drain.answers * drain.tokens / took);
    }

    private void open(int port) throws IOException {
        SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        ask(channel);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Tail());
    }

    private void ask(SocketChannel channel) throws IOException {
        // A few hundred bytes into an empty buffer of the kernel: one write takes them all.
        var _ = channel.write(request.duplicate());
    }

    private void run(long until) throws IOException {
        while (System.nanoTime() < until) {
            var _ = selector.selectNow(this::drain);
        }
    }

    private void drain(SelectionKey key) {
        try {
            SocketChannel channel = (SocketChannel) key.channel();
            read.clear();
            if (channel.read(read) < 0) {
                throw new IllegalStateException("the server closed a stream");
            }
            if (((Tail) key.attachment()).ended(read.flip())) {
                answers++;
                ask(channel);
            }
        } catch (IOException broken) {
            throw new IllegalStateException("a stream broke", broken);
        }
    }

    /** The last bytes of a stream, over the borders of its reads. */
    private static final class Tail {
        private final byte[] last = new byte[END.length];

        boolean ended(ByteBuffer bytes) {
            int fresh = Math.min(last.length, bytes.remaining());
            System.arraycopy(last, fresh, last, 0, last.length - fresh);
            bytes.get(bytes.limit() - fresh, last, last.length - fresh, fresh);
            return Arrays.equals(last, END);
        }
    }
}
