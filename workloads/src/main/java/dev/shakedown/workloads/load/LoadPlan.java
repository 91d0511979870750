package dev.shakedown.workloads.load;

import java.time.Duration;

/**
 * One load on one endpoint: warm-up flows into measurement without a gap, then what is in flight is
 * waited for.
 *
 * @param warmUp sent and recorded, but kept out of every published number; at least this long
 * @param duration of the measured part; the schedule ends there
 * @param maxInFlight in open loop, no more than this many requests at once; reaching it is reported
 * @param drain how long to wait for requests still in flight after the schedule's end
 * @param requestTimeout a request that has not ended by then is {@code TimedOut}
 */
public record LoadPlan(
        Arrivals arrivals,
        Prompts prompts,
        Api api,
        Duration warmUp,
        Duration duration,
        int maxInFlight,
        Duration drain,
        Duration requestTimeout) {

    public LoadPlan {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("duration must be positive, was " + duration);
        }
        if (warmUp.isNegative()) {
            throw new IllegalArgumentException("warmUp must not be negative, was " + warmUp);
        }
        if (maxInFlight < 1) {
            throw new IllegalArgumentException(
                    "maxInFlight must be at least 1, was " + maxInFlight);
        }
    }

    /** The same with arrivals that begin sessions. */
    public LoadPlan in(Sessions sessions) {
        return new LoadPlan(
                arrivals,
                prompts.in(sessions),
                api,
                warmUp,
                duration,
                maxInFlight,
                drain,
                requestTimeout);
    }

    /** The same with other arrivals, another length and another seed. */
    public LoadPlan with(Arrivals others, Duration length, long seed) {
        return new LoadPlan(
                others,
                prompts.seeded(seed),
                api,
                warmUp,
                length,
                maxInFlight,
                drain,
                requestTimeout);
    }

    /**
     * How long warm-up may become where requests take longer than it was made for. Without one the
     * start itself is measured; a rate that changes is meant to change at its times.
     */
    public Duration longestWarmUp() {
        boolean changes = arrivals instanceof Arrivals.Open open && !open.planned().isZero();
        boolean fixed = changes || warmUp.isZero();
        return fixed ? warmUp : warmUp.plus(duration);
    }
}
