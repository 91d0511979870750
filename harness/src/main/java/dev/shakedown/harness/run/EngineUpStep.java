package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.VirtualRunningEngine;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.engine.EngineReadiness;
import dev.shakedown.harness.engine.Patience;
import dev.shakedown.harness.engine.Placement;
import dev.shakedown.harness.engine.PlacementCheck;
import dev.shakedown.harness.engine.ReadyEngine;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Parallelism;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Starts vLLM, waits until it really answers, and holds where its ranks run against the scenario.
 *
 * @param direct no tunnel may lead to it
 */
record EngineUpStep(EngineSpec spec, boolean direct) implements Step {
    /** The readiness check has the scenario's deadline: it knows better what was wrong. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    /** For an endpoint of somebody else, where the scenario names no engine. */
    static final EngineSpec WHATEVER_IS_SERVED =
            new EngineSpec(
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    new Parallelism(1, 1, 1),
                    EngineSpec.Executor.MP,
                    List.of(),
                    Map.of(),
                    Optional.empty());

    /** An endpoint that is attached to has loaded its model long ago; it may still be busy. */
    private static final Duration ATTACHED = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "EngineUp";
    }

    @Override
    public Duration deadline(RunContext run) {
        return engineUp(run).plus(GRACE);
    }

    @Override
    public Result execute(RunContext run) {
        RunningEngine engine =
                run.provider().startEngine(site -> command(run, site), run.directory().engineLog());
        run.engine(engine);
        if (direct && !run.scenario().virtualClock()) {
            EndpointWay.requireDirect(engine);
        }
        ReadyEngine ready = ready(run, engine);
        engine.serves();
        Placement placement =
                PlacementCheck.check(
                        ready.facts(),
                        run.scenario().cluster(),
                        spec.parallelism(),
                        run.cluster().map(Cluster::nodes).orElse(List.of()));
        run.engineUp(new EngineUpReport(ready, placement));
        placement.unknown().forEach(open -> run.note("not proved: " + open));
        EngineTransport.judge(run.scenario(), ready.facts())
                .ifPresent(open -> run.note("not proved: " + open));
        return new Done(ready.model() + ": " + placement.summary());
    }

    private ReadyEngine ready(RunContext run, RunningEngine engine) {
        if (engine instanceof VirtualRunningEngine simulated) {
            return EngineReadiness.atOnce(simulated, spec);
        }
        Patience patience =
                new Patience(
                        engineUp(run),
                        run.scenario().deadlines().engineSilence(),
                        () -> gpuMemory(run));
        // Each answers a request, so that none is cold when the load begins.
        return engine.replicas().stream()
                .map(each -> EngineReadiness.await(each, spec, patience, run.listener()))
                .toList()
                .getFirst();
    }

    /** As Ray sees it; that it does not answer now says nothing about the engine. */
    private static OptionalLong gpuMemory(RunContext run) {
        Optional<Cluster> onRay = run.cluster().filter(up -> up.rayDashboard().isPresent());
        if (onRay.isEmpty()) {
            return OptionalLong.empty();
        }
        try (RayClient ray = Reuse.client(onRay.get())) {
            return ray.gpuMemoryUsed();
        } catch (RayRequestException silent) {
            return OptionalLong.empty();
        }
    }

    private static Duration engineUp(RunContext run) {
        Duration limit = run.scenario().deadlines().engineUp();
        boolean attached = run.scenario().attach().isPresent();
        return attached && limit.compareTo(ATTACHED) > 0 ? ATTACHED : limit;
    }

    private EngineCommand command(RunContext run, EngineSite site) {
        EngineCommand command = EngineLaunch.command(run.scenario(), spec, site);
        run.engineCommand(command);
        return command;
    }
}
