package dev.shakedown.workloads.load;

import java.util.SplittableRandom;

/** A sequence of intended start times, each call the next one. */
@FunctionalInterface
interface FireTimes {

    /** The next time, in nanoseconds since the schedule's start; never before the last one. */
    long nextNs();

    /** Evenly spaced, the first at 0. */
    static FireTimes constant(double ratePerSecond) {
        // Each from its index: adding up a rounded gap would drift.
        return new FireTimes() {
            private long index;

            @Override
            public long nextNs() {
                return Math.round(index++ * 1e9 / ratePerSecond);
            }
        };
    }

    /** A Poisson process: gap = −ln(1−u) / rate. The same seed gives the same times everywhere. */
    static FireTimes poisson(double ratePerSecond, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new FireTimes() {
            private double atSeconds;

            @Override
            public long nextNs() {
                atSeconds -= StrictMath.log(1 - random.nextDouble()) / ratePerSecond;
                return (long) (atSeconds * 1e9);
            }
        };
    }
}
