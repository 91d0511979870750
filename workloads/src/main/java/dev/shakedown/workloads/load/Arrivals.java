package dev.shakedown.workloads.load;

import java.time.Duration;
import java.util.List;

/** When requests are meant to start. */
public sealed interface Arrivals {

    /** Open loop: a schedule that goes on whatever the server does. */
    sealed interface Open extends Arrivals {
        /** How many requests are expected in the first seconds of the schedule. */
        double expected(double seconds);

        /** Requests a second that are expected between two times. */
        default double meanRate(Duration from, Duration to) {
            return (expected(seconds(to)) - expected(seconds(from))) / seconds(to.minus(from));
        }

        /** Until when the rate may change; after that it stays what it is. */
        default Duration planned() {
            return Duration.ZERO;
        }
    }

    /** Open loop at one rate. */
    sealed interface Steady extends Open {
        double ratePerSecond();

        @Override
        default double expected(double seconds) {
            return ratePerSecond() * seconds;
        }

        @Override
        default double meanRate(Duration from, Duration to) {
            return ratePerSecond();
        }
    }

    /** Evenly spaced. */
    record Constant(double ratePerSecond) implements Steady {
        public Constant {
            requirePositive(ratePerSecond, "a rate");
        }
    }

    /** Exponential gaps: gap = −ln(1−u) / rate. */
    record Poisson(double ratePerSecond) implements Steady {
        public Poisson {
            requirePositive(ratePerSecond, "a rate");
        }
    }

    /**
     * Gaps from a gamma distribution with mean 1/rate.
     *
     * @param burstiness the distribution's shape, as {@code vllm bench serve --burstiness} has it:
     *     1 is Poisson, less comes in bursts, more is more even
     */
    record Gamma(double ratePerSecond, double burstiness) implements Steady {
        public Gamma {
            requirePositive(ratePerSecond, "a rate");
            requirePositive(burstiness, "burstiness");
        }
    }

    /**
     * Poisson arrivals whose rate goes from one value to another, and stays there.
     *
     * @param exponential by the same factor each second, not by the same amount
     */
    record Ramp(double fromPerSecond, double toPerSecond, Duration over, boolean exponential)
            implements Open {
        public Ramp {
            requirePositive(fromPerSecond, "a rate");
            requirePositive(toPerSecond, "a rate");
            requirePositive(seconds(over), "the time of a ramp");
        }

        @Override
        public Duration planned() {
            return over;
        }

        @Override
        public double expected(double seconds) {
            return RateCurve.of(this).expected(seconds);
        }
    }

    /** Poisson arrivals at one rate after the other; the last one lasts to the end. */
    record Stages(List<Stage> stages) implements Open {
        public Stages {
            if (stages.isEmpty()) {
                throw new IllegalArgumentException("stages must not be empty");
            }
            stages = List.copyOf(stages);
        }

        @Override
        public Duration planned() {
            return stages.stream().map(Stage::length).reduce(Duration.ZERO, Duration::plus);
        }

        /** One of them. */
        public record Stage(double ratePerSecond, Duration length) {
            public Stage {
                requirePositive(ratePerSecond, "a rate");
                requirePositive(seconds(length), "the time of a stage");
            }
        }

        @Override
        public double expected(double seconds) {
            return RateCurve.of(this).expected(seconds);
        }
    }

    /**
     * The requests of a trace at its own times; the schedule ends with the last one.
     *
     * @param speed what the trace's times are divided by: at 2 it takes half of its time
     */
    record Replay(Trace trace, double speed) implements Open {
        public Replay {
            requirePositive(speed, "speed");
        }

        /** Without what comes after a time, as {@link Trace#until}. */
        public Replay until(Duration end) {
            long within = Math.round(end.toNanos() * speed);
            return new Replay(trace.until(Duration.ofNanos(within)), speed);
        }

        /** When a request is due, in nanoseconds since the schedule's start. */
        long atNs(int index) {
            return Math.round(trace.requests().get(index).atNs() / speed);
        }

        @Override
        public Duration planned() {
            return Duration.ofNanos(atNs(trace.requests().size() - 1));
        }

        @Override
        public double expected(double seconds) {
            int from = 0;
            int to = trace.requests().size();
            while (from < to) {
                int middle = (from + to) >>> 1;
                if (atNs(middle) < seconds * 1e9) {
                    from = middle + 1;
                } else {
                    to = middle;
                }
            }
            return from;
        }
    }

    /**
     * Closed loop: this many users, each sending its next request when the last one has ended.
     *
     * @param rampUp over which they begin, one after the other; zero: all at once
     */
    record ClosedLoop(int concurrency, Duration rampUp) implements Arrivals {
        /** Users that begin all at once. */
        public ClosedLoop(int concurrency) {
            this(concurrency, Duration.ZERO);
        }

        public ClosedLoop {
            if (rampUp.isNegative()) {
                throw new IllegalArgumentException("rampUp must not be negative, was " + rampUp);
            }
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
        return this instanceof Open;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static void requirePositive(double value, String what) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(what + " must be positive, was " + value);
        }
    }
}
