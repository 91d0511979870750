package dev.shakedown.reports.render;

import dev.shakedown.reports.run.RunRecord.Interval;
import dev.shakedown.reports.run.RunRecord.MetricSummary;
import dev.shakedown.reports.run.RunRecord.PercentileValue;
import dev.shakedown.reports.run.RunRecord.Shape;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Numbers as people read them: three significant digits, thousands separated, never {@code 1E3}.
 */
public final class Show {
    private static final double NANOS_PER_MS = 1e6;

    private Show() {}

    /** Three significant digits, all digits of large numbers. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** Nanoseconds as a number of milliseconds. */
    public static String ms(double nanos) {
        return number(nanos / NANOS_PER_MS);
    }

    /** A whole number. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A share of 0 to 1 as per cent. */
    public static String percent(double share) {
        return String.format(
                Locale.ROOT, Math.abs(share) < 0.1 ? "%.2f %%" : "%.1f %%", share * 100);
    }

    /** A signed change as per cent. */
    public static String change(double share) {
        return String.format(Locale.ROOT, "%+.1f %%", share * 100).replace('-', '−');
    }

    /** Nanoseconds as {@code 3.2 s} or {@code 4 min 10 s}. */
    public static String duration(long nanos) {
        double seconds = nanos / 1e9;
        if (seconds < 120) {
            return number(seconds) + " s";
        }
        long whole = Math.round(seconds);
        return whole < 7200
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    /** File size. */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        return bytes < 1 << 20
                ? number(bytes / 1024.0) + " KiB"
                : number(bytes / 1048576.0) + " MiB";
    }

    /** A percentile of a metric in ms; below its floor, how many samples it would need. */
    public static String percentile(MetricSummary metric, String key) {
        return Optional.ofNullable(metric.percentiles().get(key))
                .map(value -> percentile(value, metric.count()))
                .orElse("–");
    }

    private static String percentile(PercentileValue value, long count) {
        if (value.value().isPresent()) {
            return ms((double) value.value().get());
        }
        return value.needs().isPresent()
                ? "needs " + count(value.needs().getAsInt()) + " (has " + count(count) + ")"
                : "–";
    }

    /**
     * The 95 % interval of a percentile in ms, as {@code 361 – 471 (180)}: in brackets the
     * independent samples that it rests on. A dash where there is none.
     */
    public static String interval(MetricSummary metric, String key) {
        return Optional.ofNullable(metric.percentiles().get(key))
                .flatMap(
                        value ->
                                value.interval()
                                        .map(
                                                interval ->
                                                        interval(interval)
                                                                + effective(value.effective())))
                .orElse("–");
    }

    private static String interval(Interval interval) {
        String low = interval.low().isPresent() ? ms((double) interval.low().getAsLong()) : "";
        String high = interval.high().isPresent() ? ms((double) interval.high().getAsLong()) : "";
        if (low.isEmpty() || high.isEmpty()) {
            return low.isEmpty() ? high.isEmpty() ? "?" : "≤ " + high : "≥ " + low;
        }
        return low + " – " + high;
    }

    private static String effective(OptionalLong samples) {
        return samples.isPresent() ? " (" + count(samples.getAsLong()) + ")" : "";
    }

    /** {@code 2 × 8 H100-SXM-80GB, TP8 PP2}. */
    public static String shape(Shape shape) {
        String gpus = shape.nodes() + " × " + shape.gpusPerNode();
        String gpu = shape.gpu().isEmpty() ? " GPUs" : " " + shape.gpu();
        return gpus + gpu + (layout(shape).isEmpty() ? "" : ", " + layout(shape));
    }

    /** {@code TP8 PP2}; empty without an engine. */
    public static String layout(Shape shape) {
        if (shape.tensorParallel() == 0) {
            return "";
        }
        return "TP"
                + shape.tensorParallel()
                + " PP"
                + shape.pipelineParallel()
                + (shape.dataParallel() > 1 ? " DP" + shape.dataParallel() : "");
    }
}
