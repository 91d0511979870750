package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.engine.EngineFacts;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.workloads.fabric.Transports;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code expect.transport} once more, on the engine's own log: NCCL chooses anew in every process.
 * Its groups there are of many kinds, so only channels that can cross nodes at all are judged.
 */
final class EngineTransport {
    private static final Map<String, String> NCCL_LOG =
            Map.of("NCCL_DEBUG", "INFO", "NCCL_DEBUG_SUBSYS", "INIT,NET,GRAPH,ENV");

    private EngineTransport() {}

    /** What makes NCCL name the transport, where one is expected. */
    static Map<String, String> environment(Scenario scenario) {
        return expected(scenario) ? NCCL_LOG : Map.of();
    }

    /** What could not be proved, if anything. */
    static Optional<String> judge(Scenario scenario, EngineFacts facts) {
        if (!expected(scenario)) {
            return Optional.empty();
        }
        String expected = scenario.expectedTransport().orElseThrow();
        List<String> found = Transports.networks(facts.transports());
        List<String> others = Transports.others(found, expected);
        if (!others.isEmpty()) {
            throw new StepFailedException(
                    "expect.transport is %s, the engine's NCCL uses %s"
                            .formatted(expected, String.join(", ", others)),
                    "",
                    facts.transports().stream().filter(via -> via.startsWith("NET/")).toList(),
                    "grep 'NCCL INFO' logs/engine/vllm.log of this run; the Fabric step passed, so look for"
                            + " NCCL_* variables that only the engine has (engine.env)");
        }
        return found.isEmpty()
                ? Optional.of(
                        "expect.transport %s in the engine: its log names no NCCL channel between nodes"
                                .formatted(expected))
                : Optional.empty();
    }

    private static boolean expected(Scenario scenario) {
        return scenario.expectedTransport().isPresent() && scenario.cluster().nodes() > 1;
    }
}
