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
    private State state = new Down();

    /** Counts the engines, so that one which was ended while it started does not come up later. */
    private int epoch;

    /**
     * @param loop the event loop; every call must come from it
     */
    public EngineHost(
            SimulatedCluster cluster,
            List<SimulatedNode> nodes,
            Path logs,
            Ticks loop,
            InstantSource clock) {
        this.cluster = cluster;
        this.nodes = List.copyOf(nodes);
        this.logs = logs;
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

    public State state() {
        return state;
    }

    public Optional<Up> up() {
        return state instanceof Up up ? Optional.of(up) : Optional.empty();
    }

    /**
     * Starts an engine unless one is starting or up.
     *
     * @param within real time from here to readiness
     * @param output where its log goes besides the nodes' folders
     * @return whether it was started
     * @throws java.io.UncheckedIOException if a log cannot be written
     */
    public boolean start(
            SimulatedEngine engine, String url, Duration within, Optional<Path> output) {
        if (state.holding().isPresent()) {
            return false;
        }
        SimulatedCluster shaped = cluster.withEngine(engine);
        MemoryFit fit = MemoryFit.of(shaped);
        EngineLog log = EngineLog.open(logs, nodes, output);
        // Only now: an engine whose log cannot be written would be starting for ever.
        state = new Starting(engine);
        int own = ++epoch;
        StartLines.Span span = new StartLines.Span(clock.instant(), within);
        List<StartLines.Line> lines = new StartLines(shaped, nodes, url, span).lines(fit);
        for (StartLines.Line line : lines) {
            if (within.isZero()) {
                log.write(line);
            } else {
                long delay = (long) (within.toNanos() * line.at());
                loop.after(Duration.ofNanos(delay), () -> log.write(line));
            }
        }
        Runnable finish = () -> started(own, shaped, fit, log);
        if (within.isZero()) {
            finish.run();
        } else {
            loop.after(within, finish);
        }
        return true;
    }

    /** As a signal to {@code vllm serve} does: nothing serves, and no GPU is held. */
    public void stop() {
        epoch++;
        state = new Down();
    }

    private void started(int own, SimulatedCluster shaped, MemoryFit fit, EngineLog log) {
        if (own != epoch) {
            log.close();
            return;
        }
        SimulatedEngine engine = shaped.engine();
        state =
                switch (fit) {
                    case MemoryFit.Refused refused -> new Exited(1);
                    case MemoryFit.Fits fits ->
                            new Up(engine, fits.kvTokens(), replicas(shaped, fits.kvTokens()));
                };
        log.close();
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
                                        System::nanoTime,
                                        new EngineMetrics(maxModelLen)))
                .toList();
    }
}
