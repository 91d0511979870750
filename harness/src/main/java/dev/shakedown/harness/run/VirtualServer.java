package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.VirtualRunningEngine;
import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.SimulatedServer;
import dev.shakedown.workloads.openai.PromptPart;
import java.util.List;
import java.util.Optional;

/** A simulated engine as the load sees it. */
record VirtualServer(VirtualRunningEngine engine) implements SimulatedServer {

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
    public Runnable submit(long number, List<PromptPart> prompt, int outputTokens, Tokens tokens) {
        return engine.submit(
                number,
                prompt.stream()
                        .map(part -> new VirtualRunningEngine.Part(part.tokens(), part.seed()))
                        .toList(),
                outputTokens,
                tokens::token);
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
