package dev.shakedown.harness.cluster;

/**
 * Where an engine will run.
 *
 * @param model what to pass to {@code vllm serve}: the scenario's model, or the folder that stands
 *     for it
 * @param cpuOnly there is no GPU behind the logical ones: eager mode, small KV cache
 */
public record EngineSite(String host, int port, String model, boolean cpuOnly) {}
