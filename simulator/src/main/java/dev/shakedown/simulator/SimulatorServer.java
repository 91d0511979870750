package dev.shakedown.simulator;

import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.engine.ModelShape;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.fault.FaultKind;
import dev.shakedown.simulator.fault.FaultLines;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.http.Handler;
import dev.shakedown.simulator.http.HttpServer;
import dev.shakedown.simulator.http.Json;
import dev.shakedown.simulator.http.PortInUseException;
import dev.shakedown.simulator.http.Transport;
import dev.shakedown.simulator.ray.RaySurface;
import dev.shakedown.simulator.vllm.EngineBackend;
import dev.shakedown.simulator.vllm.EngineHost;
import dev.shakedown.simulator.vllm.KeyGuard;
import dev.shakedown.simulator.vllm.VllmSurface;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

    /** The GPUs of all nodes, as a dcgm-exporter prints them: a path of {@link #dashboardUrl}. */
    public static final String DCGM = RaySurface.DCGM;

    private static final int VLLM_IDLE_SECONDS = 5;
    private static final int RAY_IDLE_SECONDS = 75;
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final EventLoopGroup group;
    private final EngineHost host;
    private final HttpServer vllm;
    private final HttpServer ray;

    private SimulatorServer(
            EventLoopGroup group, EngineHost host, HttpServer vllm, HttpServer ray) {
        this.group = group;
        this.host = host;
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
        Faults faults =
                new Faults(
                        cluster.faults(), cluster.nodes(), cluster.gpusPerNode(), System::nanoTime);
        List<SimulatedNode> nodes = nodes(cluster, options.seed(), faults);
        NodeLogs.write(options.logs(), faults.present(nodes), nodes.getFirst().ip());
        FaultLines lines = new FaultLines(faults, nodes, cluster.engine().model());
        EventLoopGroup group = Transport.loop();
        EventLoop loop = group.next();
        Ticks ticks = Ticks.on(loop);
        InstantSource clock = InstantSource.system();
        leaveLines(lines, options.logs(), ticks);
        EngineHost host =
                new EngineHost(
                        new EngineHost.Site(cluster, nodes, options.logs()), faults, ticks, clock);
        try {
            HttpServer vllm =
                    HttpServer.listen(
                            group,
                            options.port(),
                            VLLM_IDLE_SECONDS,
                            vllm(host, faults, clock, options));
            host.onDeath(vllm::drop);
            String url = "http://127.0.0.1:" + vllm.port();
            Handler control = new EngineControl(host, cluster.engine(), url, options.engineStart());
            RaySurface surface =
                    new RaySurface(
                            new RaySurface.Cluster(
                                    nodes, gpu, options.token(), options.seed(), faults),
                            host,
                            control,
                            ticks,
                            clock);
            HttpServer ray =
                    HttpServer.listen(group, options.dashboardPort(), RAY_IDLE_SECONDS, surface);
            if (!options.manualEngine()) {
                startNow(loop, host, cluster.engine(), url);
            }
            return new SimulatorServer(group, host, vllm, ray);
        } catch (PortInUseException | UncheckedIOException failed) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw failed;
        }
    }

    private static List<SimulatedNode> nodes(SimulatedCluster cluster, long seed, Faults faults) {
        return SimulatedNode.of(cluster, seed).stream()
                .map(
                        node ->
                                faults.onNode(Effect.NODE_ADDRESS, node.index())
                                        .map(node::at)
                                        .orElse(node))
                .toList();
    }

    /** What faults leave on their nodes, each when it begins. */
    private static void leaveLines(FaultLines lines, Path logs, Ticks ticks) {
        for (Fault fault : lines.faults().all()) {
            if (fault.kind().since() == FaultKind.Since.ENGINE) {
                continue;
            }
            Runnable leave = () -> lines.append(fault, logs, Instant.now());
            if (fault.after().isZero()) {
                leave.run();
            } else {
                ticks.after(fault.after(), leave);
            }
        }
    }

    /** A process that has ended answers nobody. */
    private static Handler vllm(
            EngineHost host, Faults faults, InstantSource clock, SimulatorOptions options) {
        Handler surface = new VllmSurface(new EngineBackend(host), faults, clock, options.seed());
        Handler guarded = new KeyGuard(options.apiKey(), surface);
        return exchange -> {
            if (host.state() instanceof EngineHost.Exited) {
                exchange.reset();
            } else {
                guarded.handle(exchange);
            }
        };
    }

    private static void startNow(
            EventLoop loop, EngineHost host, SimulatedEngine engine, String url) {
        var _ =
                loop.submit(
                                () ->
                                        host.start(
                                                new EngineHost.Order(
                                                        engine,
                                                        url,
                                                        Duration.ZERO,
                                                        Optional.empty(),
                                                        true)))
                        .syncUninterruptibly();
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
        var _ = group.submit(host::stop).awaitUninterruptibly(CLOSE_WITHIN.toMillis());
        group.shutdownGracefully(0, CLOSE_WITHIN.toSeconds(), TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_WITHIN.toMillis());
    }
}
