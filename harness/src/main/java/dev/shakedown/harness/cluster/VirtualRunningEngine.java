package dev.shakedown.harness.cluster;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.VirtualEngine;
import dev.shakedown.simulator.engine.PromptBlocks;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A simulated engine on a virtual clock; it is asked by calls, not over HTTP.
 *
 * @param served as its command asked for
 * @param exit its status, where it refused to start
 */
public record VirtualRunningEngine(
        VirtualEngine simulated, SimulatedEngine served, Path file, OptionalInt exit)
        implements RunningEngine {
    private static final URI NOWHERE = URI.create("http://virtual");

    static VirtualRunningEngine start(VirtualEngine engine, SimulatedEngine asked, Path log) {
        return new VirtualRunningEngine(engine, asked, log, engine.start(asked, log));
    }

    /** Consecutive tokens of a prompt or an answer, a function of their seed alone. */
    public record Part(int tokens, long seed) {}

    /** Told of each token. */
    @FunctionalInterface
    public interface Tokens {
        /** The next one: how many so far, and whether nothing follows it. */
        void token(int count, boolean last);
    }

    @Override
    public URI baseUrl() {
        return NOWHERE;
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(file);
    }

    @Override
    public OptionalInt exitStatus() {
        return exit;
    }

    /** What requests would have to say. */
    public String model() {
        return served.servedName();
    }

    /** Tokens of prompt and answer together. */
    public int maxModelLen() {
        return served.maxModelLen();
    }

    /** The shortest chat that can be asked for, in tokens. */
    public int shortestChat() {
        return VirtualEngine.shortestChat();
    }

    /** Nanoseconds of the simulation. */
    public long nowNanos() {
        return simulated.nowNanos();
    }

    /** Does something at a moment that is not over yet. */
    public void at(long nanos, Runnable action) {
        simulated.at(nanos, action);
    }

    /** Goes to the next thing that happens and does it; to the moment if that is earlier. */
    public void runNext(long untilNanos) {
        simulated.runNext(untilNanos);
    }

    /** Takes a request now; what is returned gives it up. */
    public Runnable submit(long number, List<Part> prompt, Part answer, Tokens tokens) {
        return simulated.submit(
                number,
                prompt.stream().map(VirtualRunningEngine::blocks).toList(),
                blocks(answer),
                (_, count, last, _) -> tokens.token(count, last));
    }

    private static PromptBlocks.Part blocks(Part part) {
        return new PromptBlocks.Part(part.tokens, part.seed);
    }

    /** The page {@code /metrics}. */
    public String metrics() {
        return simulated.metrics();
    }
}
