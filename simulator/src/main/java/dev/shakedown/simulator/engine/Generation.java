package dev.shakedown.simulator.engine;

import java.util.SplittableRandom;

/**
 * What one request asks of the engine.
 *
 * @param maxTokens as asked for, or what the context leaves
 * @param outputTokens how many will come; at most {@code maxTokens}
 * @param seed of its tokens and of its jitter
 */
public record Generation(int promptTokens, int maxTokens, int outputTokens, long seed) {

    /** Mean length of an answer that the simulated model ends by itself. */
    private static final double MEAN_ANSWER = 200;

    /**
     * Without {@code ignoreEos} the model ends by itself after an exponentially distributed length,
     * but not before {@code minTokens}.
     */
    public static Generation draw(
            int promptTokens, int maxTokens, int minTokens, boolean ignoreEos, long seed) {
        if (ignoreEos) {
            return new Generation(promptTokens, maxTokens, maxTokens, seed);
        }
        double uniform = new SplittableRandom(seed).nextDouble();
        int natural = 1 + (int) (-MEAN_ANSWER * Math.log(1 - uniform));
        return new Generation(
                promptTokens,
                maxTokens,
                Math.clamp(natural, Math.max(1, minTokens), maxTokens),
                seed);
    }

    FinishReason finishReason() {
        return outputTokens == maxTokens ? FinishReason.LENGTH : FinishReason.STOP;
    }
}
