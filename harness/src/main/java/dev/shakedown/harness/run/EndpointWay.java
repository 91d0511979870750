package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.endpoint.EngineClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The way from the load generator to the engine, which every latency includes. */
final class EndpointWay {
    private static final int TRIES = 9;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private EndpointWay() {}

    /**
     * A tunnel adds its own latency, and its own limit of what it lets through.
     *
     * @throws StepFailedException if the way leads through one
     */
    static void requireDirect(RunningEngine engine) {
        engine.tunnel()
                .ifPresent(
                        through -> {
                            throw new StepFailedException(
                                    "the load would go through " + through,
                                    "",
                                    List.of("the engine is reached at " + engine.baseUrl()),
                                    "run shakedown where the engine's own address can be reached (on a node, or in a pod), or accept the tunnel's latency by --allow-tunnel");
                        });
    }

    /** Median of some TCP connects, each one round trip; empty if one failed. */
    static Optional<Duration> roundTrip(URI url) {
        try {
            InetSocketAddress there =
                    new InetSocketAddress(InetAddress.getByName(url.getHost()), port(url));
            return Optional.of(median(() -> connect(there)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Median of some answers on an open connection; empty if one failed. */
    static Optional<Duration> health(RunningEngine engine) {
        try (EngineClient client =
                new EngineClient(engine.baseUrl(), engine.apiKey(), engine.caFile())) {
            client.health();
            return Optional.of(median(client::health));
        } catch (IOException e) {
            return Optional.empty();
        }
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

    private interface Try {
        void once() throws IOException;
    }

    private static Duration median(Try something) throws IOException {
        long[] took = new long[TRIES];
        for (int i = 0; i < TRIES; i++) {
            long began = System.nanoTime();
            something.once();
            took[i] = System.nanoTime() - began;
        }
        Arrays.sort(took);
        return Duration.ofNanos(took[TRIES / 2]);
    }
}
