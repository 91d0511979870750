package dev.shakedown.harness.engine;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * An engine that has answered.
 *
 * @param model what requests must say
 * @param maxModelLen tokens of prompt and answer together, where the server tells
 * @param took from the call of {@code await} on
 * @param firstCompletion how long the one real completion took
 * @param cost what readiness itself asked of the server
 * @param facts what its log proved by then
 */
public record ReadyEngine(
        String model,
        OptionalInt maxModelLen,
        Duration took,
        Duration firstCompletion,
        Cost cost,
        EngineFacts facts) {
    /**
     * What the server's own counters hold of the readiness check.
     *
     * @param completions that were answered with success
     * @param failedCompletions that were sent and not; what they cost is not known
     */
    public record Cost(
            int completions, int failedCompletions, long promptTokens, long generationTokens) {
        static final Cost NOTHING = new Cost(0, 0, 0, 0);

        Cost withFailed() {
            return new Cost(completions, failedCompletions + 1, promptTokens, generationTokens);
        }
    }
}
