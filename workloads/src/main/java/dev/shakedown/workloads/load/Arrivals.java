package dev.shakedown.workloads.load;

/** When requests are meant to start. */
public sealed interface Arrivals {

    /** Open loop, evenly spaced. */
    record Constant(double ratePerSecond) implements Arrivals {
        public Constant {
            requirePositive(ratePerSecond);
        }
    }

    /** Open loop, exponential gaps: gap = −ln(1−u) / rate, with u drawn from the plan's seed. */
    record Poisson(double ratePerSecond) implements Arrivals {
        public Poisson {
            requirePositive(ratePerSecond);
        }
    }

    /** Closed loop: this many users, each sending its next request when the last one has ended. */
    record ClosedLoop(int concurrency) implements Arrivals {
        public ClosedLoop {
            if (concurrency < 1) {
                throw new IllegalArgumentException(
                        "closedLoop must be at least 1, was " + concurrency);
            }
        }
    }

    /**
     * Whether the schedule goes on whatever the server does. Limits then count from the intended
     * time.
     */
    default boolean openLoop() {
        return !(this instanceof ClosedLoop);
    }

    private static void requirePositive(double ratePerSecond) {
        if (!(ratePerSecond > 0) || Double.isInfinite(ratePerSecond)) {
            throw new IllegalArgumentException(
                    "a rate must be positive, was " + ratePerSecond + "/s");
        }
    }
}
