package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.endpoint.EngineClient;
import dev.shakedown.workloads.openai.RoundTrip;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The way from the load generator to the engine, which every latency includes. */
final class EndpointWay {
    private EndpointWay() {}

    /**
     * A tunnel adds its own latency, and its own limit of what it lets through.
     *
     * @throws StepFailedException if the way leads through one
     */
    static void requireDirect(RunningEngine engine) {
        engine.replicas().forEach(EndpointWay::requireOneDirect);
    }

    private static void requireOneDirect(RunningEngine engine) {
        engine.tunnel()
                .ifPresent(
                        through -> {
                            throw new StepFailedException(
                                    "the load would go through " + through,
                                    "",
                                    List.of("the engine is reached at " + engine.baseUrl()),
                                    "run shakedown where the engine's own address can be reached (on a node, or in a pod), let the scenario say load.from: head, or accept the tunnel's latency by --allow-tunnel");
                        });
    }

    /** What every latency of a load from here includes. */
    static void measure(RunContext run, RunningEngine engine) {
        engine.replicas().forEach(each -> measureOne(run, each));
    }

    private static void measureOne(RunContext run, RunningEngine engine) {
        if (engine.tunnel().isPresent()) {
            // Its near end answers a connect at once, whatever is behind it.
            run.note(
                    "all latencies include %s; GET /health takes %s through it"
                            .formatted(
                                    engine.tunnel().get(),
                                    health(engine)
                                            .map(took -> Durations.millis(took.toNanos()))
                                            .orElse("an unknown time")));
            return;
        }
        URI url = engine.baseUrl();
        took(run, "to " + url.getAuthority(), RoundTrip.median(url));
    }

    /**
     * Keeps and tells a round trip.
     *
     * @param way as {@code to HOST:PORT}
     * @param roundTrip empty if it could not be measured
     */
    static void took(RunContext run, String way, Optional<Duration> roundTrip) {
        roundTrip.ifPresentOrElse(
                took -> {
                    run.roundTrip(took);
                    String text = Durations.millis(took.toNanos());
                    run.listener().say("round trip %s: %s".formatted(way, text));
                },
                () -> run.note("not checked: round trip " + way));
    }

    /** Median of some answers on an open connection; empty if one failed. */
    private static Optional<Duration> health(RunningEngine engine) {
        try (EngineClient client =
                new EngineClient(engine.baseUrl(), engine.apiKey(), engine.caFile())) {
            client.health();
            return Optional.of(RoundTrip.median(client::health));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
