package dev.shakedown.harness.scenario;

import dev.shakedown.workloads.measure.Metric;
import java.time.Duration;
import java.util.List;

/** How long a load takes to offer the requests that a limit's percentile needs. */
public final class Enough {
    /** A random schedule may well draw so many standard deviations below its mean. */
    private static final double UNLUCKY = 3;

    private Enough() {}

    /** For all of the limits, under Poisson arrivals. */
    public static Duration time(List<Limit> limits, double perSecond) {
        int needed =
                limits.stream()
                        .filter(Limit.Latency.class::isInstance)
                        .map(Limit.Latency.class::cast)
                        .mapToInt(Enough::requests)
                        .max()
                        .orElse(0);
        return Duration.ofSeconds(seconds(needed, perSecond, 1));
    }

    /** A request has many gaps between its chunks, so that no number of requests is too small. */
    static int requests(Limit.Latency limit) {
        return limit.metric() == Metric.ICL ? 0 : limit.percentile().samples();
    }

    /**
     * @param spread standard deviation of the number of requests over the square root of its mean
     */
    static boolean offered(double mean, int needed, double spread) {
        return mean - UNLUCKY * spread * Math.sqrt(mean) >= needed;
    }

    /** The shortest whole number of seconds for which {@link #offered} holds. */
    static long seconds(int needed, double perSecond, double spread) {
        double off = UNLUCKY * spread;
        double root = (off + Math.sqrt(off * off + 4.0 * needed)) / 2;
        return needed == 0 ? 0 : (long) Math.ceil(root * root / perSecond);
    }
}
