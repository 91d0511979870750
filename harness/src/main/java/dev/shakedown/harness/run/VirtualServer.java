package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.VirtualRunningEngine;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.SimulatedServer;
import dev.shakedown.workloads.openai.PromptPart;
import java.util.List;
import java.util.Optional;

/**
 * A simulated engine as one load sees it.
 *
 * @param salt keeps its prompts from those of an earlier load in the prefix cache
 */
record VirtualServer(VirtualRunningEngine engine, long salt) implements SimulatedServer {
    /** Spreads a time over all bits. */
    private static final long ODD = 0x9E3779B97F4A7C15L;

    /** No two loads begin at the same time. */
    VirtualServer(VirtualRunningEngine engine) {
        this(engine, engine.nowNanos() * ODD);
    }

    @Override
    public long nowNs() {
        return engine.nowNanos();
    }

    @Override
    public void at(long ns, Runnable action) {
        engine.at(ns, action);
    }

    @Override
    public void runNext(long untilNs) {
        engine.runNext(untilNs);
    }

    @Override
    public Runnable submit(long number, List<PromptPart> prompt, PromptPart answer, Tokens tokens) {
        return engine.submit(
                number, prompt.stream().map(this::salted).toList(), salted(answer), tokens::token);
    }

    private VirtualRunningEngine.Part salted(PromptPart part) {
        return new VirtualRunningEngine.Part(part.tokens(), part.seed() ^ salt);
    }

    @Override
    public int shortestPrompt(Api api) {
        return api == Api.CHAT ? engine.shortestChat() : 1;
    }

    @Override
    public Optional<String> metrics() {
        return Optional.of(engine.metrics());
    }
}
