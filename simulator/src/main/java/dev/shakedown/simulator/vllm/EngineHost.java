package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.SimulatedCluster;
import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Calibration;
import dev.shakedown.simulator.engine.EngineCore;
import dev.shakedown.simulator.engine.EngineMetrics;
import dev.shakedown.simulator.engine.EngineSetup;
import dev.shakedown.simulator.engine.MemoryFit;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Fault;
import dev.shakedown.simulator.fault.FaultKind;
import dev.shakedown.simulator.fault.FaultLines;
import dev.shakedown.simulator.fault.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The engine's life from the start command on: log lines, then serving or an exit. */
public final class EngineHost {
    private final SimulatedCluster cluster;
    private final List<SimulatedNode> nodes;
    private final Path logs;
    private final Ticks loop;
    private final InstantSource clock;
    private final Faults faults;
    private State state = new Down();
    private Runnable onDeath = () -> {};
    private Optional<EngineLog> output = Optional.empty();

    /** Counts the engines, so that one which was ended while it started does not come up later. */
    private int epoch;

    /**
     * Where an engine can be started.
     *
     * @param cluster on which; its own engine does not count
     * @param logs gets one folder a node
     */
    public record Site(SimulatedCluster cluster, List<SimulatedNode> nodes, Path logs) {
        public Site {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * @param loop the event loop; every call must come from it
     */
    public EngineHost(Site site, Faults faults, Ticks loop, InstantSource clock) {
        this.cluster = site.cluster;
        this.nodes = site.nodes;
        this.logs = site.logs;
        this.faults = faults;
        this.loop = loop;
        this.clock = clock;
    }

    /** Down, starting, up, or gone. */
    public sealed interface State {
        /** Its name in {@code GET /simulator/engine}. */
        String key();

        /** The engine that holds GPUs now. */
        default Optional<SimulatedEngine> holding() {
            return Optional.empty();
        }
    }

    /** Nobody has started it. */
    public record Down() implements State {
        @Override
        public String key() {
            return "down";
        }
    }

    /** Between the command and readiness. */
    public record Starting(SimulatedEngine engine) implements State {
        @Override
        public String key() {
            return "starting";
        }

        @Override
        public Optional<SimulatedEngine> holding() {
            return Optional.of(engine);
        }
    }

    /**
     * Serving.
     *
     * @param kvTokens that each replica's cache holds
     */
    public record Up(SimulatedEngine engine, long kvTokens, List<EngineCore> engines)
            implements State {
        public Up {
            engines = List.copyOf(engines);
        }

        @Override
        public String key() {
            return "up";
        }

        @Override
        public Optional<SimulatedEngine> holding() {
            return Optional.of(engine);
        }
    }

    /** Ended with a status. */
    public record Exited(int status) implements State {
        @Override
        public String key() {
            return "exited";
        }
    }

    /** What happens when a process that serves ends by a fault. */
    public void onDeath(Runnable action) {
        onDeath = action;
    }

    public State state() {
        return state;
    }

    public Optional<Up> up() {
        return state instanceof Up up ? Optional.of(up) : Optional.empty();
    }

    /**
     * What a start command asks for.
     *
     * @param within real time from here to readiness
     * @param copy where its log goes besides the nodes' folders
     * @param ncclInfo whether {@code NCCL_DEBUG} makes NCCL tell of its network
     */
    public record Order(
            SimulatedEngine engine,
            String url,
            Duration within,
            Optional<Path> copy,
            boolean ncclInfo) {}

    /**
     * Starts an engine unless one is starting or up.
     *
     * @return whether it was started
     * @throws java.io.UncheckedIOException if a log cannot be written
     */
    public boolean start(Order order) {
        if (state.holding().isPresent()) {
            return false;
        }
        SimulatedEngine engine = order.engine;
        Duration within = order.within;
        SimulatedCluster shaped = cluster.withEngine(engine);
        MemoryFit fit = MemoryFit.of(shaped);
        EngineLog log = EngineLog.open(logs, nodes, order.copy);
        output = Optional.of(log);
        // Only now: an engine whose log cannot be written would be starting for ever.
        state = new Starting(engine);
        int own = ++epoch;
        Optional<Faults.InStart> fault = faults.inStart();
        StartLines lines =
                new StartLines(
                        shaped, nodes, order.url, new StartLines.Span(clock.instant(), within));
        if (order.ncclInfo) {
            StartLines _ = lines.with(new NcclLines(shaped, nodes, faults));
        }
        for (StartLines.Line line :
                fault.map(begun -> lines.lines(fit, begun, texts(engine)))
                        .orElseGet(() -> lines.lines(fit))) {
            later(
                    own,
                    within.multipliedBy((long) (line.at() * 1e6)).dividedBy(1_000_000),
                    () -> log.write(line));
        }
        later(own, within, () -> started(shaped, fit, fault));
        return true;
    }

    /** As a signal to {@code vllm serve} does: nothing serves, and no GPU is held. */
    public void stop() {
        end(new Down());
    }

    private void end(State how) {
        up().ifPresent(gone -> gone.engines().forEach(EngineCore::end));
        epoch++;
        state = how;
        output.ifPresent(EngineLog::close);
        output = Optional.empty();
    }

    /** Does it at once where there is nothing to wait for; not at all if the engine has ended. */
    private void later(int own, Duration delay, Runnable action) {
        Runnable stillIts =
                () -> {
                    if (own == epoch) {
                        action.run();
                    }
                };
        if (delay.isZero()) {
            stillIts.run();
        } else {
            loop.after(delay, stillIts);
        }
    }

    private void started(SimulatedCluster shaped, MemoryFit fit, Optional<Faults.InStart> fault) {
        if (fault.filter(begun -> !begun.fails()).isPresent()) {
            return;
        }
        switch (fit) {
            case MemoryFit.Fits fits when fault.isEmpty() -> serve(shaped, fits);
            case MemoryFit.Fits _, MemoryFit.Refused _ -> end(new Exited(1));
        }
    }

    private void serve(SimulatedCluster shaped, MemoryFit.Fits fits) {
        List<EngineCore> replicas = replicas(shaped, fits.kvTokens());
        state = new Up(shaped.engine(), fits.kvTokens(), replicas);
        faults.engineServes();
        int own = epoch;
        IntStream.range(0, replicas.size())
                .mapToObj(i -> new Statistics(i, replicas.get(i)))
                .forEach(statistics -> log(own, statistics, shaped));
        faults.all().stream()
                .filter(fault -> fault.kind().since() == FaultKind.Since.ENGINE)
                .forEach(fault -> later(own, fault.after(), () -> strike(fault, shaped)));
    }

    private void log(int own, Statistics statistics, SimulatedCluster shaped) {
        later(
                own,
                Statistics.INTERVAL,
                () -> {
                    statistics.next().ifPresent(text -> write(now(shaped).statistics(text)));
                    log(own, statistics, shaped);
                });
    }

    private StartLines now(SimulatedCluster shaped) {
        return new StartLines(
                shaped, nodes, "", new StartLines.Span(clock.instant(), Duration.ZERO));
    }

    private void write(List<StartLines.Line> lines) {
        output.ifPresent(log -> lines.forEach(log::write));
    }

    private void strike(Fault fault, SimulatedCluster shaped) {
        FaultLines texts = texts(shaped.engine());
        texts.append(fault, logs, clock.instant());
        write(now(shaped).struck(fault, texts));
        String exit = fault.kind().effects().get(Effect.ENGINE_EXIT);
        if (exit != null) {
            end(new Exited(Integer.parseInt(exit)));
            onDeath.run();
        }
    }

    private FaultLines texts(SimulatedEngine engine) {
        return new FaultLines(faults, nodes, engine.model());
    }

    private List<EngineCore> replicas(SimulatedCluster shaped, long kvTokens) {
        EngineSetup setup = EngineSetup.of(shaped, kvTokens, Calibration.VLLM);
        int maxModelLen = shaped.engine().maxModelLen();
        return IntStream.range(0, shaped.engine().split().data())
                .mapToObj(
                        i ->
                                new EngineCore(
                                        setup,
                                        loop,
                                        new EngineMetrics(maxModelLen),
                                        faults::slowness))
                .toList();
    }
}
