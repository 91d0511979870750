package dev.shakedown.workloads.load;

import java.time.Duration;

/**
 * Seeds whose schedule offers about as many requests in the measured phase as its rate says. The
 * number of a Poisson process scatters by its square root: of 700 requests by 4 %, which is more
 * than a search for the highest rate wants to tell apart. Given their number, the times are as
 * random as before.
 */
public final class TypicalSeeds {
    private static final int MOST_TRIES = 1_000;

    private final LoadPlan plan;
    private final double tolerance;
    private long next;

    /**
     * @param tolerance how far from the expected number, as a share of it; at least half a request
     * @throws IllegalArgumentException for a closed loop, which draws no schedule
     */
    public TypicalSeeds(LoadPlan plan, double tolerance) {
        if (!plan.arrivals().openLoop()) {
            throw new IllegalArgumentException("a closed loop draws no schedule");
        }
        this.plan = plan;
        this.tolerance = tolerance;
        next = plan.prompts().seed();
    }

    /** The next one; where there is none among many, the best of those. */
    public long next() {
        Arrivals.Open arrivals = (Arrivals.Open) plan.arrivals();
        Duration end = plan.warmUp().plus(plan.duration());
        double expected = arrivals.meanRate(plan.warmUp(), end) * plan.duration().toNanos() / 1e9;
        long best = next;
        double leastOff = Double.MAX_VALUE;
        for (long seed = next; seed < next + MOST_TRIES; seed++) {
            double off = Math.abs(measured(arrivals, seed, end) - expected);
            if (off < leastOff) {
                leastOff = off;
                best = seed;
            }
            if (off <= Math.max(0.5, tolerance * expected)) {
                break;
            }
        }
        next = best + 1;
        return best;
    }

    private int measured(Arrivals.Open arrivals, long seed, Duration end) {
        return Schedule.draw(FireTimes.of(arrivals, seed), end).countFrom(plan.warmUp().toNanos());
    }
}
