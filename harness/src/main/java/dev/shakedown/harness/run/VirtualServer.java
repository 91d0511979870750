package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.VirtualRunningEngine;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.SimulatedServer;
import java.util.Optional;

/**
 * A simulated engine as one load sees it.
 *
 * @param firstPrompt added to the numbers of requests: no prompt is that of an earlier load
 */
record VirtualServer(VirtualRunningEngine engine, long firstPrompt) implements SimulatedServer {

    /**
     * Loads are longer apart than a nanosecond a request, so the time tells their prompts apart.
     */
    VirtualServer(VirtualRunningEngine engine) {
        this(engine, engine.nowNanos());
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
    public Runnable submit(long number, int inputTokens, int outputTokens, Tokens tokens) {
        return engine.submit(firstPrompt + number, inputTokens, outputTokens, tokens::token);
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
