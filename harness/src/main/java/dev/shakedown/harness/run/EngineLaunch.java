package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.engine.VllmCommand;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The engine's command in a run: vLLM's own, and what the rest of the scenario asks of it. */
final class EngineLaunch {
    /** How long vLLM's server waits for its own engine core, and then gives up. */
    private static final String READY_TIMEOUT = "VLLM_ENGINE_READY_TIMEOUT_S";

    /** vLLM's default, as of 0.32. */
    private static final Duration USUAL = Duration.ofMinutes(10);

    private EngineLaunch() {}

    /** What the scenario's own engine.env says wins. */
    static EngineCommand command(Scenario scenario, EngineSpec spec, EngineSite site) {
        EngineCommand command = VllmCommand.of(spec, site);
        Map<String, String> env = new LinkedHashMap<>(EngineTransport.environment(scenario));
        Duration deadline = scenario.deadlines().engineUp();
        if (deadline.compareTo(USUAL) > 0) {
            env.put(READY_TIMEOUT, String.valueOf(deadline.toSeconds()));
        }
        env.putAll(command.env());
        return new EngineCommand(command.argv(), env);
    }
}
