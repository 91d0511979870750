package dev.shakedown.simulator.exact;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Handler;
import dev.shakedown.simulator.http.HttpServer;
import dev.shakedown.simulator.http.Json;
import dev.shakedown.simulator.http.PortInUseException;
import dev.shakedown.simulator.http.Transport;
import dev.shakedown.simulator.vllm.KeyGuard;
import dev.shakedown.simulator.vllm.VllmSurface;
import io.netty.channel.EventLoopGroup;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * vLLM's surface with constant times, on one event loop, and what it did under {@code
 * /simulator/truth}: {@code GET} for the sums and spreads, {@code GET .../requests} for each write
 * of the latest requests, {@code DELETE} to begin anew.
 */
public final class ExactServer implements AutoCloseable {
    /** Long enough for every benchmark; a prompt or an answer beyond it is refused. */
    private static final int MAX_MODEL_LEN = 131_072;

    private static final String MODEL = "exact";
    private static final String TRUTH = "/simulator/truth";
    private static final int IDLE_SECONDS = 5;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final EventLoopGroup group;
    private final HttpServer http;

    private ExactServer(EventLoopGroup group, HttpServer http) {
        this.group = group;
        this.http = http;
    }

    /**
     * Listens when it returns.
     *
     * @param port 0 for a free one
     * @param apiKey asked for below {@code /v1}, where present
     * @throws PortInUseException if the port is taken
     */
    public static ExactServer start(ExactTimes times, int port, Optional<String> apiKey) {
        EventLoopGroup group = Transport.loop();
        InstantSource clock = InstantSource.system();
        Truth truth = new Truth(times, clock);
        ExactBackend backend = new ExactBackend(engine(), times, truth, Ticks.on(group.next()));
        Handler surface = new KeyGuard(apiKey, new VllmSurface(backend, Faults.none(), clock, 42));
        try {
            return new ExactServer(
                    group,
                    HttpServer.listen(
                            group,
                            port,
                            IDLE_SECONDS,
                            exchange -> {
                                if (exchange.path().startsWith(TRUTH)) {
                                    tell(exchange, truth);
                                } else {
                                    surface.handle(exchange);
                                }
                            }));
        } catch (PortInUseException taken) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw taken;
        }
    }

    private static SimulatedEngine engine() {
        return new SimulatedEngine(
                MODEL,
                MODEL,
                "",
                MAX_MODEL_LEN,
                SimulatedEngine.Tuning.DEFAULTS.withoutPrefixCaching(),
                "mp",
                new SimulatedEngine.Split(1, 1, 1));
    }

    private static void tell(Exchange exchange, Truth truth) {
        switch (exchange.method() + " " + exchange.path()) {
            case "GET " + TRUTH -> exchange.json(200, truth.summary());
            case "GET " + TRUTH + "/requests" -> exchange.json(200, truth.requests());
            case "DELETE " + TRUTH -> {
                truth.clear();
                exchange.empty(200);
            }
            default -> exchange.json(404, Json.object().put("detail", "Not Found"));
        }
    }

    /** The base URL, without {@code /v1}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + http.port());
    }

    /** The line that says where it listens: {@code {"vllm","truth","simulated":true,"pid"}}. */
    public String readyLine() {
        return Json.write(
                Json.object()
                        .put("vllm", url().toString())
                        .put("truth", url() + TRUTH)
                        .put("simulated", true)
                        .put("pid", ProcessHandle.current().pid()));
    }

    @Override
    public void close() {
        http.close();
        group.shutdownGracefully(0, CLOSE_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_WITHIN.toMillis());
    }
}
