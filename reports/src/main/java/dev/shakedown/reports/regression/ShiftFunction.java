package dev.shakedown.reports.regression;

import dev.shakedown.reports.regression.PrimaryMetric.Better;
import dev.shakedown.reports.regression.PrimaryMetric.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Where in its distribution a latency moved (Doksum's shift function, as relative changes): at each
 * percentile the change between two groups of runs with a 95 % band. The change is that of a
 * primary metric, Student's or Welch's t on the logs of the runs' own percentiles, each band for
 * itself; the values shown are percentiles of all runs of a group merged.
 *
 * @param tag of the histogram, as {@code ttft.intended}
 * @param points by rising percentile; only those that every run has enough values for
 */
public record ShiftFunction(String tag, List<Point> points) {
    private static final double NANOS_PER_MS = 1e6;
    private static final double[] PERCENTILES = {10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.9};

    /** Sample floors (design, section 4); those of the lower half are those of its mirror image. */
    private static final long[] FLOORS = {64, 30, 20, 14, 11, 14, 20, 30, 64, 130, 662, 6_636};

    private static final Threshold NONE = new Threshold(0, 0);

    public ShiftFunction {
        points = List.copyOf(points);
    }

    /**
     * One percentile.
     *
     * @param percentile 0 to 100
     * @param baselineMs of all baseline runs merged
     * @param change relative
     * @param band 95 %; absent where nothing repeats
     */
    public record Point(
            double percentile,
            double baselineMs,
            double candidateMs,
            double change,
            Optional<Interval> band) {

        boolean moved(double least) {
            return Math.abs(change) >= least && band.filter(b -> !b.holds(0)).isPresent();
        }
    }

    /** Of the histograms of runs; empty where a run has too few values for any percentile. */
    public static Optional<ShiftFunction> of(
            String tag, List<Histogram> baseline, List<Histogram> candidate, boolean paired) {
        if (baseline.isEmpty() || candidate.isEmpty()) {
            return Optional.empty();
        }
        long fewest =
                Math.min(
                        baseline.stream().mapToLong(Histogram::getTotalCount).min().orElse(0),
                        candidate.stream().mapToLong(Histogram::getTotalCount).min().orElse(0));
        Histogram before = merged(baseline);
        Histogram after = merged(candidate);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < PERCENTILES.length; i++) {
            if (fewest >= FLOORS[i]) {
                double p = PERCENTILES[i];
                ChangeEstimate change =
                        ChangeEstimate.of(
                                new Sample(
                                        metric(tag),
                                        values(baseline, p),
                                        values(candidate, p),
                                        paired));
                points.add(
                        new Point(
                                p,
                                before.getValueAtPercentile(p) / NANOS_PER_MS,
                                after.getValueAtPercentile(p) / NANOS_PER_MS,
                                change.change(),
                                change.interval()));
            }
        }
        return points.isEmpty() ? Optional.empty() : Optional.of(new ShiftFunction(tag, points));
    }

    /** Histograms added up, never percentiles averaged. */
    public static Histogram merged(List<Histogram> runs) {
        Histogram all = new Histogram(3);
        all.setAutoResize(true);
        runs.forEach(all::add);
        return all;
    }

    private static PrimaryMetric metric(String tag) {
        return new PrimaryMetric(tag, tag, "ms", Better.LOWER, Scale.RELATIVE, NONE);
    }

    private static List<Double> values(List<Histogram> runs, double percentile) {
        return runs.stream()
                .map(run -> run.getValueAtPercentile(percentile) / NANOS_PER_MS)
                .toList();
    }
}
