package dev.shakedown.reports.render;

import dev.shakedown.reports.regression.Interval;
import dev.shakedown.reports.regression.MetricResult;
import dev.shakedown.reports.regression.PrimaryMetric;
import dev.shakedown.reports.regression.PrimaryMetric.Scale;
import java.util.Locale;

/** Changes of primary metrics in words: per cent, or points where the metric is a share. */
public final class Changes {
    private static final double SMALLEST_P = 0.0001;

    private Changes() {}

    /** {@code +18 %}, or {@code +0.43 points}. */
    public static String change(MetricResult result) {
        return signed(result.change()) + unit(result.metric());
    }

    /** {@code 12 … 25 %}; a dash where there is none. */
    public static String interval(MetricResult result) {
        return result.interval().map(i -> interval(i) + unit(result.metric())).orElse("–");
    }

    /** Change and interval: {@code +18 % (12 … 25 %)}. */
    public static String both(MetricResult result) {
        return change(result)
                + result.interval().map(_ -> " (" + interval(result) + ")").orElse("");
    }

    static String delta(MetricResult result) {
        return number(result.delta()) + unit(result.metric());
    }

    static String value(PrimaryMetric metric, double value) {
        return metric.scale() == Scale.ABSOLUTE ? Show.percent(value) : Show.number(value);
    }

    static String p(MetricResult result) {
        if (result.adjustedP().isEmpty()) {
            return "–";
        }
        double p = result.adjustedP().getAsDouble();
        return p < SMALLEST_P ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
    }

    /** How many more runs of each would decide; a dash where none would, or none are needed. */
    static String more(MetricResult result) {
        if (result.morePairs().isEmpty()) {
            return "–";
        }
        return result.morePairs().getAsInt() + (result.suspected() ? " fresh" : "");
    }

    private static String interval(Interval interval) {
        return number(interval.low()) + " … " + number(interval.high());
    }

    private static String unit(PrimaryMetric metric) {
        return metric.scale() == Scale.ABSOLUTE ? " points" : " %";
    }

    private static String signed(double change) {
        return (change > 0 ? "+" : "") + number(change);
    }

    /** In per cent: whole from 100, else as many digits as an interval of a few per cent needs. */
    private static String number(double change) {
        double percent = change * 100;
        if (!Double.isFinite(percent)) {
            return "–";
        }
        String format =
                Math.abs(percent) >= 100 ? "%.0f" : Math.abs(percent) >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, format, percent).replace('-', '−');
    }
}
