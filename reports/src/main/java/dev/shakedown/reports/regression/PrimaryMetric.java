package dev.shakedown.reports.regression;

/**
 * A metric that decides a comparison.
 *
 * @param name stable: the key in {@code run.json}, for a latency with its percentile ({@code
 *     ttft.intended.p99})
 * @param label what people read ({@code TTFT p99})
 * @param unit of the values, as {@code ms}
 * @param scale how a change is expressed
 * @param threshold the default delta
 */
public record PrimaryMetric(
        String name, String label, String unit, Better better, Scale scale, Threshold threshold) {

    /** Which way is good. */
    public enum Better {
        HIGHER,
        LOWER
    }

    /** How a change is expressed. */
    public enum Scale {
        /** As a share of the baseline: candidate / baseline − 1. */
        RELATIVE,
        /** Candidate − baseline, for shares that may be 0, such as errors. */
        ABSOLUTE
    }

    /** Whether a change of this sign is for the worse. */
    public boolean worse(double change) {
        return better == Better.HIGHER ? change < 0 : change > 0;
    }
}
