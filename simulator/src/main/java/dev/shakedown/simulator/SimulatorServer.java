package dev.shakedown.simulator;

import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.engine.ModelShape;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.http.Handler;
import dev.shakedown.simulator.http.HttpServer;
import dev.shakedown.simulator.http.Json;
import dev.shakedown.simulator.http.PortInUseException;
import dev.shakedown.simulator.ray.RaySurface;
import dev.shakedown.simulator.vllm.EngineBackend;
import dev.shakedown.simulator.vllm.EngineHost;
import dev.shakedown.simulator.vllm.KeyGuard;
import dev.shakedown.simulator.vllm.VllmSurface;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The simulated cluster behind two ports of loopback, on one event loop. */
public final class SimulatorServer implements AutoCloseable {
    /** Changes whenever the same scenario would be simulated with other numbers. */
    public static final String VERSION = "2 (step loop)";

    /** Whose surface vLLM's port has. */
    public static final String VLLM_VERSION = VllmSurface.VERSION;

    /** Whose surface the dashboard's port has. */
    public static final String RAY_VERSION = RaySurface.VERSION;

    private static final int VLLM_IDLE_SECONDS = 5;
    private static final int RAY_IDLE_SECONDS = 75;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final EventLoopGroup group;
    private final HttpServer vllm;
    private final HttpServer ray;

    private SimulatorServer(EventLoopGroup group, HttpServer vllm, HttpServer ray) {
        this.group = group;
        this.vllm = vllm;
        this.ray = ray;
    }

    /**
     * Listens on both ports when it returns; without {@code manualEngine} the engine is up too.
     *
     * @throws IllegalArgumentException if the GPU is not known
     * @throws PortInUseException if a port is taken
     * @throws UncheckedIOException if the logs cannot be written
     */
    public static SimulatorServer start(SimulatedCluster cluster, SimulatorOptions options) {
        Gpu gpu = Gpu.named(cluster.gpu());
        List<SimulatedNode> nodes = SimulatedNode.of(cluster, options.seed());
        NodeLogs.write(options.logs(), nodes);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        EventLoop loop = group.next();
        Ticks ticks = Ticks.on(loop);
        InstantSource clock = InstantSource.system();
        EngineHost host = new EngineHost(cluster, nodes, options.logs(), ticks, clock);
        try {
            HttpServer vllm =
                    HttpServer.listen(
                            group,
                            options.port(),
                            VLLM_IDLE_SECONDS,
                            new KeyGuard(
                                    options.apiKey(),
                                    new VllmSurface(
                                            new EngineBackend(host), clock, options.seed())));
            String url = "http://127.0.0.1:" + vllm.port();
            Handler control = new EngineControl(host, cluster.engine(), url, options.engineStart());
            RaySurface surface =
                    new RaySurface(
                            new RaySurface.Cluster(nodes, gpu, options.token(), options.seed()),
                            host,
                            control,
                            ticks,
                            clock);
            HttpServer ray =
                    HttpServer.listen(group, options.dashboardPort(), RAY_IDLE_SECONDS, surface);
            if (!options.manualEngine()) {
                var _ =
                        loop.submit(
                                        () ->
                                                host.start(
                                                        cluster.engine(),
                                                        url,
                                                        Duration.ZERO,
                                                        Optional.empty()))
                                .syncUninterruptibly();
            }
            return new SimulatorServer(group, vllm, ray);
        } catch (PortInUseException | UncheckedIOException failed) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw failed;
        }
    }

    /** vLLM's base URL, without {@code /v1}. */
    public URI vllmUrl() {
        return URI.create("http://127.0.0.1:" + vllm.port());
    }

    /** Ray's dashboard. */
    public URI dashboardUrl() {
        return URI.create("http://127.0.0.1:" + ray.port());
    }

    /** The line that says where it listens: {@code {"vllm","dashboard","simulated":true,"pid"}}. */
    public String readyLine() {
        return Json.write(
                Json.object()
                        .put("vllm", vllmUrl().toString())
                        .put("dashboard", dashboardUrl().toString())
                        .put("simulated", true)
                        .put("pid", ProcessHandle.current().pid()));
    }

    /** The constants that it would use for a cluster, by name: for fingerprints. */
    public static Map<String, String> constants(SimulatedCluster cluster) {
        Gpu gpu = Gpu.named(cluster.gpu());
        ModelShape model = ModelShape.of(cluster.engine().model());
        Map<String, String> all = new LinkedHashMap<>();
        all.put("simulator.gpu", gpu.name() + ": " + gpu.source());
        all.put("simulator.model", model.source());
        Calibration.VLLM.text().forEach((name, value) -> all.put("simulator." + name, value));
        return all;
    }

    @Override
    public void close() {
        vllm.close();
        ray.close();
        group.shutdownGracefully(0, CLOSE_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_WITHIN.toMillis());
    }
}
