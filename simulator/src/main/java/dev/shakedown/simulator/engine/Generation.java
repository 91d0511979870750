package dev.shakedown.simulator.engine;

import java.util.SplittableRandom;

/**
 * What one request asks of the engine.
 *
 * @param maxTokens as asked for, or what the context leaves
 * @param outputTokens how many will come; at most {@code maxTokens}
 * @param seed of its tokens
 * @param blocks by which its prompt, and its prompt with its answer, are found in the prefix cache
 */
public record Generation(
        int promptTokens, int maxTokens, int outputTokens, long seed, PromptBlocks blocks) {

    /** Mean length of an answer that the simulated model ends by itself. */
    private static final double MEAN_ANSWER = 200;

    /** A prompt that shares nothing with others. */
    public Generation(int promptTokens, int maxTokens, int outputTokens, long seed) {
        this(promptTokens, maxTokens, outputTokens, seed, PromptBlocks.NONE);
    }

    /** The same for a prompt that can be found. */
    public Generation with(PromptBlocks prompt) {
        return new Generation(promptTokens, maxTokens, outputTokens, seed, prompt);
    }

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

    /** The state of the generator of token ids after the next one; at first it is the seed. */
    static long next(long random) {
        return random * 6364136223846793005L + 1442695040888963407L;
    }

    /** The token of a state. */
    static int token(long random) {
        return Tokenizer.outputToken((int) (random >>> 32));
    }

    FinishReason finishReason() {
        return outputTokens == maxTokens ? FinishReason.LENGTH : FinishReason.STOP;
    }
}
