package dev.shakedown.workloads.openai;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** To a server and back, without what the server does. */
public final class RoundTrip {
    private static final int TRIES = 9;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private RoundTrip() {}

    /** Median of some TCP connects, each one round trip; empty if one failed. */
    public static Optional<Duration> median(URI url) {
        try {
            InetSocketAddress there =
                    new InetSocketAddress(InetAddress.getByName(url.getHost()), port(url));
            return Optional.of(median(() -> connect(there)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Something that takes a round trip. */
    @FunctionalInterface
    public interface Try {
        /** Does it once. */
        void once() throws IOException;
    }

    /** Median of how long it takes. */
    public static Duration median(Try something) throws IOException {
        long[] took = new long[TRIES];
        for (int i = 0; i < TRIES; i++) {
            long began = System.nanoTime();
            something.once();
            took[i] = System.nanoTime() - began;
        }
        Arrays.sort(took);
        return Duration.ofNanos(took[TRIES / 2]);
    }

    private static int port(URI url) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return url.getScheme().equals("https") ? HTTPS : HTTP;
    }

    private static void connect(InetSocketAddress there) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(there, Math.toIntExact(PATIENCE.toMillis()));
        }
    }
}
