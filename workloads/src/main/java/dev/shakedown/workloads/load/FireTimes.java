package dev.shakedown.workloads.load;

import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/** A sequence of intended start times, each call the next one. */
@FunctionalInterface
interface FireTimes {

    /** The next time, in nanoseconds since the schedule's start; never before the last one. */
    long nextNs();

    /** Those of an open loop; the same seed gives the same times everywhere. */
    static FireTimes of(Arrivals.Open arrivals, long seed) {
        return switch (arrivals) {
            case Arrivals.Constant(double rate) -> constant(rate);
            case Arrivals.Poisson(double rate) -> poisson(rate, seed);
            case Arrivals.Gamma(double rate, double burstiness) -> gamma(rate, burstiness, seed);
            case Arrivals.Ramp ramp -> poisson(RateCurve.of(ramp), seed);
            case Arrivals.Stages stages -> poisson(RateCurve.of(stages), seed);
            case Arrivals.Replay replay -> replay(replay);
        };
    }

    /** Those of the trace, and then none. */
    static FireTimes replay(Arrivals.Replay replay) {
        return new FireTimes() {
            private int index;

            @Override
            public long nextNs() {
                return index < replay.trace().requests().size()
                        ? replay.atNs(index++)
                        : Long.MAX_VALUE;
            }
        };
    }

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

    /** A Poisson process: gap = −ln(1−u) / rate. */
    static FireTimes poisson(double ratePerSecond, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return spaced(() -> -StrictMath.log(1 - random.nextDouble()) / ratePerSecond);
    }

    /**
     * A Poisson process whose rate changes: one of rate 1, whose times are mapped by the inverse of
     * the expected number of requests.
     */
    static FireTimes poisson(RateCurve curve, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return new FireTimes() {
            private double expected;

            @Override
            public long nextNs() {
                expected -= StrictMath.log(1 - random.nextDouble());
                return (long) (curve.secondsUntil(expected) * 1e9);
            }
        };
    }

    /** Gaps from a gamma distribution with this shape and the mean 1/rate. */
    static FireTimes gamma(double ratePerSecond, double shape, long seed) {
        GammaDraws draws = new GammaDraws(shape, new SplittableRandom(seed));
        return spaced(() -> draws.next() / (shape * ratePerSecond));
    }

    private static FireTimes spaced(DoubleSupplier gapSeconds) {
        return new FireTimes() {
            private double atSeconds;

            @Override
            public long nextNs() {
                atSeconds += gapSeconds.getAsDouble();
                return (long) (atSeconds * 1e9);
            }
        };
    }
}
