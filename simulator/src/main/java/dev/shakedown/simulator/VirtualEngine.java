package dev.shakedown.simulator;

import dev.shakedown.simulator.engine.Generation;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.engine.PromptBlocks;
import dev.shakedown.simulator.engine.TokenSink;
import dev.shakedown.simulator.engine.VirtualClock;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.gpu.DcgmPage;
import dev.shakedown.simulator.gpu.GpuStates;
import dev.shakedown.simulator.vllm.Backend;
import dev.shakedown.simulator.vllm.ChatTemplate;
import dev.shakedown.simulator.vllm.EngineBackend;
import dev.shakedown.simulator.vllm.EngineHost;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The engine of {@link SimulatorServer} on a virtual clock, without its HTTP surfaces: the same
 * scheduler, step times, metrics and log lines. Confined to one thread at a time.
 */
public final class VirtualEngine implements AutoCloseable {
    private static final long SEED = 42;
    private static final String NOWHERE = "http://virtual";

    private final VirtualClock clock = new VirtualClock();
    private final List<SimulatedNode> nodes;
    private final EngineHost host;
    private final Backend backend;
    private final GpuStates gpus;

    /**
     * Not started yet. Of its faults, those of the steps and of the GPUs count.
     *
     * @param logs gets one folder a node
     */
    public VirtualEngine(SimulatedCluster cluster, Path logs) {
        this.nodes = SimulatedNode.of(cluster, SEED);
        Instant began = Instant.now();
        Faults faults =
                new Faults(
                        cluster.faults(), cluster.nodes(), cluster.gpusPerNode(), clock::nanoTime);
        this.host =
                new EngineHost(
                        new EngineHost.Site(cluster, nodes, logs),
                        faults,
                        clock,
                        () -> began.plusNanos(clock.nanoTime()));
        this.backend = new EngineBackend(host);
        this.gpus = new GpuStates(Gpu.named(cluster.gpu()), nodes, faults, host);
    }

    /** All of the cluster, the head first. */
    public List<SimulatedNode> nodes() {
        return nodes;
    }

    /**
     * Starts, which takes no time.
     *
     * @param log gets what vLLM would print
     * @return its exit status, where it refuses to start
     * @throws IllegalArgumentException if the GPU or the model is not known
     * @throws java.io.UncheckedIOException if a log cannot be written
     */
    public OptionalInt start(SimulatedEngine engine, Path log) {
        boolean _ =
                host.start(
                        new EngineHost.Order(
                                engine, NOWHERE, Duration.ZERO, Optional.of(log), true));
        return host.state() instanceof EngineHost.Exited(int status)
                ? OptionalInt.of(status)
                : OptionalInt.empty();
    }

    /** Since it was made. */
    public long nowNanos() {
        return clock.nanoTime();
    }

    /** Does something at a moment that is not over yet. */
    public void at(long nanos, Runnable action) {
        Runnable _ = clock.after(Duration.ofNanos(nanos - clock.nanoTime()), action);
    }

    /** Goes to the next thing that happens and does it; to the moment if that is earlier. */
    public void runNext(long untilNanos) {
        clock.runNext(untilNanos);
    }

    /** Takes a request now; what is returned aborts it, which does nothing once it has ended. */
    public Runnable submit(
            long number, List<PromptBlocks.Part> prompt, PromptBlocks.Part answer, TokenSink sink) {
        int inputTokens = prompt.stream().mapToInt(PromptBlocks.Part::tokens).sum();
        List<PromptBlocks.Part> whole = Stream.concat(prompt.stream(), Stream.of(answer)).toList();
        Generation generation =
                new Generation(inputTokens, answer.tokens(), answer.tokens(), SEED + number)
                        .with(PromptBlocks.drawn(whole));
        return backend.submit(
                new Backend.Submission(number, clock.nanoTime(), true, generation, sink));
    }

    /** The shortest chat, in tokens: its template, and one word. */
    public static int shortestChat() {
        return ChatTemplate.shortest();
    }

    /** The GPUs of all nodes, as a dcgm-exporter prints them. */
    public String gpus() {
        return DcgmPage.of(gpus);
    }

    /** Closes its logs. */
    @Override
    public void close() {
        host.stop();
    }

    /** The page {@code /metrics}. */
    public String metrics() {
        return backend.metrics();
    }
}
