package dev.shakedown.simulator.vllm;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.engine.EngineCore;
import dev.shakedown.simulator.engine.MetricsPage;
import java.util.List;
import java.util.Optional;

/** The simulated engine: replicas take requests in turns. */
public record EngineBackend(EngineHost host) implements Backend {

    @Override
    public Optional<SimulatedEngine> serving() {
        return host.up().map(EngineHost.Up::engine);
    }

    @Override
    public Runnable submit(Submission submission) {
        List<EngineCore> replicas = up().engines();
        return replicas.get((int) (submission.number() % replicas.size()))
                .submit(submission.generation(), submission.sink(), submission.arrivedNanos());
    }

    @Override
    public int load() {
        return up().engines().stream().mapToInt(e -> e.running() + e.waiting()).sum();
    }

    @Override
    public void resetPrefixCache() {
        up().engines().forEach(EngineCore::resetPrefixCache);
    }

    @Override
    public String metrics() {
        EngineHost.Up up = up();
        return new MetricsPage(up.engine(), up.kvTokens(), up.engines()).render();
    }

    private EngineHost.Up up() {
        return host.up().orElseThrow();
    }
}
