package dev.shakedown.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the servers run.
 *
 * @param port vLLM's, 0 for a free one
 * @param dashboardPort Ray's, 0 for a free one
 * @param logs folder that gets one subfolder a node
 * @param token asked for by the dashboard, where present
 * @param apiKey asked for below {@code /v1}, where present
 * @param manualEngine the engine waits for {@code POST /simulator/engine} on the dashboard's port
 * @param engineStart real time from the start of the engine until it serves; 0 without {@code
 *     manualEngine}
 * @param seed of all that is drawn: jitter, tokens, GPU serials
 */
public record SimulatorOptions(
        int port,
        int dashboardPort,
        Path logs,
        Optional<String> token,
        Optional<String> apiKey,
        boolean manualEngine,
        Duration engineStart,
        long seed) {

    /** Free ports, no token, no key, engine up at once. */
    public static SimulatorOptions defaults(Path logs) {
        Optional<String> none = Optional.empty();
        return new SimulatorOptions(0, 0, logs, none, none, false, Duration.ZERO, 42);
    }

    /** The engine starts when it is told to. */
    public SimulatorOptions withManualEngine(Duration start) {
        return new SimulatorOptions(port, dashboardPort, logs, token, apiKey, true, start, seed);
    }

    /** The dashboard asks for this token. */
    public SimulatorOptions withToken(String secret) {
        return new SimulatorOptions(
                port,
                dashboardPort,
                logs,
                Optional.of(secret),
                apiKey,
                manualEngine,
                engineStart,
                seed);
    }

    /** As {@code vllm serve --api-key} does. */
    public SimulatorOptions withApiKey(String secret) {
        return new SimulatorOptions(
                port,
                dashboardPort,
                logs,
                token,
                Optional.of(secret),
                manualEngine,
                engineStart,
                seed);
    }

    /** Both on ports of the caller's choice. */
    public SimulatorOptions withPorts(int vllm, int dashboard) {
        return new SimulatorOptions(
                vllm, dashboard, logs, token, apiKey, manualEngine, engineStart, seed);
    }
}
