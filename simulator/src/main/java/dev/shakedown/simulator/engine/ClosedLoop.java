package dev.shakedown.simulator.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * So many users, each of whom asks again when the answer is complete, on a virtual clock. All start
 * at once, and all requests count, those of the first wave too.
 *
 * @param input mean tokens of a prompt
 * @param output mean tokens of an answer
 * @param spread lengths are drawn evenly up to this share below and above their mean; without any,
 *     users stay in step for ever
 */
public record ClosedLoop(
        int users, double input, double output, double spread, int requests, long seed) {

    /**
     * What the users saw.
     *
     * @param meanTtftSeconds over the requests that count
     * @param meanTpotSeconds over requests with more than one token
     * @param seconds until the last answer was complete
     */
    public record Result(
            double meanTtftSeconds,
            double medianTtftSeconds,
            double meanTpotSeconds,
            double seconds,
            long preemptions,
            long steps) {}

    /** Plays it on an engine of its own. */
    public Result play(EngineSetup setup) {
        VirtualClock clock = new VirtualClock();
        EngineMetrics metrics = new EngineMetrics((int) (2 * (input + output)));
        EngineCore engine = new EngineCore(setup, clock, metrics);
        Users all = new Users(engine, clock);
        for (int i = 0; i < users; i++) {
            all.ask();
        }
        clock.run();
        return all.result();
    }

    private final class Users {
        private final EngineCore engine;
        private final VirtualClock clock;
        private final SplittableRandom random = new SplittableRandom(seed);
        private final double[] ttft = new double[requests];
        private double tpotSum;
        private int asked;

        Users(EngineCore engine, VirtualClock clock) {
            this.engine = engine;
            this.clock = clock;
        }

        void ask() {
            if (asked < requests) {
                int answer = length(output);
                Generation generation =
                        new Generation(length(input), answer, answer, random.nextLong());
                engine.submit(generation, answer(asked++, answer));
            }
        }

        private int length(double mean) {
            double drawn = mean * (1 + spread * (2 * random.nextDouble() - 1));
            return Math.max(1, (int) Math.round(drawn));
        }

        private TokenSink answer(int number, int tokens) {
            long sent = clock.nanoTime();
            return (id, count, last, reason) -> {
                double seconds = (clock.nanoTime() - sent) / 1e9;
                if (count == 1) {
                    ttft[number] = seconds;
                }
                if (last && tokens > 1) {
                    tpotSum += (seconds - ttft[number]) / (tokens - 1);
                }
                if (last) {
                    ask();
                }
            };
        }

        Result result() {
            double[] sorted = ttft.clone();
            Arrays.sort(sorted);
            return new Result(
                    Arrays.stream(ttft).average().orElseThrow(),
                    sorted[requests / 2],
                    tpotSum / requests,
                    clock.nanoTime() / 1e9,
                    engine.preemptions(),
                    engine.steps());
        }
    }
}
