package dev.shakedown.harness.run;

import dev.shakedown.workloads.load.Api;
import dev.shakedown.workloads.load.Arrivals;
import dev.shakedown.workloads.load.LoadPlan;
import dev.shakedown.workloads.load.Prompts;
import dev.shakedown.workloads.load.TokenLengths;
import java.time.Duration;

/**
 * A short load that costs the client what a planned one will. What a client has to do is set by the
 * events and by the requests of a second, so both are those of the plan, rounded up; answers are
 * shorter and requests more, so that a few seconds fill it and have a p99's samples.
 *
 * @param inputTokens so long that the bytes of a second are those of the plan
 */
record CalibrationLoad(int requestsPerSecond, int outputTokens, int inputTokens, Api api) {
    /** What the exact server takes to a first token, and between tokens: 50 tokens/s a stream. */
    static final Duration TTFT = Duration.ofMillis(50);

    static final Duration ITL = Duration.ofMillis(20);

    /** Six seconds of it have more than the 662 samples that a p99 needs. */
    private static final int LEAST_REQUESTS = 150;

    /** A second long at that pace. */
    private static final int MOST_TOKENS = 50;

    private static final int MOST_INPUT = 100_000;
    private static final int MOST_IN_FLIGHT = 100_000;
    private static final double TOKENS_PER_STREAM = 1e9 / ITL.toNanos();
    private static final double[] STEPS = {1, 1.5, 2, 3, 5, 7, 10};
    private static final double TEN = 10;

    /**
     * That of a plan, taking its server to give each stream 50 tokens a second: an open loop then
     * has its rate times the length of an answer, but no more than its cap in flight lets through,
     * and a closed loop has all of its users at that pace.
     */
    static CalibrationLoad of(LoadPlan plan) {
        int answer = plan.prompts().outputTokens().typical();
        double tokens =
                switch (plan.arrivals()) {
                    case Arrivals.ClosedLoop loop -> loop.concurrency() * TOKENS_PER_STREAM;
                    case Arrivals.Open open ->
                            Math.min(
                                    peak(open, plan) * plan.prompts().requestsPerArrival() * answer,
                                    plan.maxInFlight() * TOKENS_PER_STREAM);
                };
        double events = roundUp(tokens);
        int most = Math.min(answer, MOST_TOKENS);
        double requests = roundUp(Math.max(LEAST_REQUESTS, events / most));
        long output = (long) Math.ceil(events / requests);
        double input = plan.prompts().typicalInput() * (tokens / answer) / requests;
        return new CalibrationLoad(
                (int) requests,
                Math.clamp(output, Math.min(2, most), most),
                (int) Math.clamp(roundUp(input), 1, MOST_INPUT),
                plan.api());
    }

    int tokensPerSecond() {
        return requestsPerSecond * outputTokens;
    }

    /** As a load without warm-up. */
    LoadPlan plan(Duration duration) {
        return new LoadPlan(
                new Arrivals.Poisson(requestsPerSecond),
                new Prompts(
                        new TokenLengths.Fixed(inputTokens),
                        new TokenLengths.Fixed(outputTokens),
                        1),
                api,
                Duration.ZERO,
                duration,
                MOST_IN_FLIGHT,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10));
    }

    /** For people. */
    String text() {
        return "%,d requests/s and %,d tokens/s".formatted(requestsPerSecond, tokensPerSecond());
    }

    /** Of any second. */
    private static double peak(Arrivals.Open open, LoadPlan plan) {
        Duration second = Duration.ofSeconds(1);
        Duration end = plan.warmUp().plus(plan.duration());
        double peak = 0;
        for (Duration at = Duration.ZERO; at.compareTo(end) < 0; at = at.plus(second)) {
            peak = Math.max(peak, open.meanRate(at, at.plus(second)));
        }
        return peak;
    }

    /** To 1, 1.5, 2, 3, 5 or 7 times a power of ten: one measurement serves many plans. */
    private static double roundUp(double value) {
        if (value <= 1) {
            return 1;
        }
        double power = Math.pow(TEN, Math.floor(Math.log10(value)));
        for (double step : STEPS) {
            if (value <= step * power * (1 + 1e-9)) {
                return step * power;
            }
        }
        return TEN * power;
    }
}
