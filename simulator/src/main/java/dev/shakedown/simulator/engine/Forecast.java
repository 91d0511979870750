package dev.shakedown.simulator.engine;

/**
 * Closed-form latency of a closed loop in its steady state: microseconds to compute, where {@link
 * ClosedLoop} takes seconds. An engine without pipeline stages.
 *
 * <p>With n requests running, D the time of a step of decodes and M that of the steps that take one
 * prompt in: between two of its tokens a request waits for a step, and in its life for the prompts
 * of all others, so {@code TPOT = D + (n - 1)/(O - 1) (M - D chunks)}. TTFT adds what is left of
 * the step under way, a queue of prompts after Pollaczek and Khinchine, and, where the KV cache
 * holds fewer than all, the wait for a place.
 *
 * @param saturated not all users' requests run at once
 */
public record Forecast(double ttftSeconds, double tpotSeconds, double running, boolean saturated) {
    /** Prompts come in bunches when answers of one length end together. */
    private static final double QUEUE = 1.3;

    private static final double BUNCH = .13;
    private static final double MOST_LOAD = .95;

    /** A place is free a little before the longest answer has ended. */
    private static final double PLACE = .9;

    /**
     * The forecast.
     *
     * @param users at least 1
     * @param input tokens of a prompt, on average
     * @param output tokens of an answer, on average; at least 2
     */
    public static Forecast of(EngineSetup setup, int users, double input, double output) {
        double context = input + output / 2;
        double places = Math.min(setup.maxNumSeqs(), setup.kvTokens() / context);
        double running = Math.min(users, places);
        StepTime time = setup.stepTime();
        double decode = time.seconds(running, running * context, 0, false);
        double[] prompt = prompt(setup, running, context, input);
        double extra = prompt[0] - decode * prompt[1];
        double tpot = decode + (running - 1) / (output - 1) * extra;
        double life = prompt[0] + tpot * (output - 1);
        double load = Math.min(MOST_LOAD, running / life * extra);
        double wait = (users - running) / running * PLACE * life;
        double ttft =
                prompt[0]
                        + decode / 2
                        + QUEUE * load * extra / (2 * (1 - load))
                        + BUNCH * (running - 1) * extra / 2
                        + time.frontEndSeconds()
                        + wait;
        return new Forecast(ttft, tpot, running, running < users);
    }

    /** Seconds of the steps that take one prompt in beside the others' decodes, and their count. */
    private static double[] prompt(
            EngineSetup setup, double running, double context, double input) {
        double others = running - 1;
        double seconds = 0;
        double chunks = 0;
        for (double cached = 0; cached < input; chunks++) {
            double count = Math.min(input - cached, setup.maxBatchedTokens() - others);
            double pairs = count * (cached + count / 2);
            seconds += setup.stepTime().seconds(others + count, others * context, pairs, true);
            cached += count;
        }
        return new double[] {seconds, chunks};
    }
}
