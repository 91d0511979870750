package dev.shakedown.simulator.exact;

import dev.shakedown.simulator.SimulatedEngine;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.vllm.Backend;
import java.util.Optional;

/** Tokens by the clock. */
final class ExactBackend implements Backend {
    private final SimulatedEngine engine;
    private final Truth truth;
    private final Pacer pacer;

    ExactBackend(SimulatedEngine engine, ExactTimes times, Truth truth, Ticks loop) {
        this.engine = engine;
        this.truth = truth;
        this.pacer = new Pacer(times, loop, System::nanoTime, truth);
    }

    @Override
    public Optional<SimulatedEngine> serving() {
        return Optional.of(engine);
    }

    @Override
    public Runnable submit(Submission submission) {
        return pacer.submit(submission);
    }

    @Override
    public int load() {
        return Math.toIntExact(truth.inside());
    }

    @Override
    public void resetPrefixCache() {
        // Nothing is computed, so nothing is cached.
    }

    /** A page without families: what a scraper needs not to fail. Times are in the truth. */
    @Override
    public String metrics() {
        return "# shakedown: no engine; see /simulator/truth\n";
    }
}
