package dev.shakedown.reports.trend;

import dev.shakedown.reports.regression.ChangePoint;
import dev.shakedown.reports.regression.ChangePointDetection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the levels of a scenario's metrics. Runs that lack a metric are left out of its line's
 * detection, not filled in.
 */
public final class TrendBuilder {
    /** Otava's, but no change under 1 %: it would be real on a virtual clock, and of no use. */
    private static final ChangePointDetection DETECTION =
            new ChangePointDetection(
                    ChangePointDetection.USUAL.window(),
                    ChangePointDetection.USUAL.mostPScore(),
                    0.01);

    private final List<TrendRun> runs;
    private final List<Acceptance> acceptances;
    private final Fingerprints fingerprints;

    /**
     * @param runs in the order of their start
     * @param acceptances the oldest first
     */
    public TrendBuilder(List<TrendRun> runs, List<Acceptance> acceptances) {
        this.runs = List.copyOf(runs);
        this.acceptances = List.copyOf(acceptances);
        fingerprints = new Fingerprints(this.runs);
    }

    /** One line a metric that any run has; the primary ones, if none is named. */
    public List<TrendLine> lines(List<String> keys) {
        List<TrendMetric> metrics =
                keys.isEmpty()
                        ? TrendMetric.primary(runs)
                        : keys.stream().map(TrendMetric::of).toList();
        return metrics.stream().map(this::line).filter(line -> !line.present().isEmpty()).toList();
    }

    /** Gaps, and changes of what the runs ran on. */
    public List<TrendMark> marks() {
        List<TrendMark> marks = new ArrayList<>(Gaps.in(runs));
        marks.addAll(fingerprints.marks());
        marks.sort((a, b) -> Integer.compare(a.run(), b.run()));
        return marks;
    }

    private TrendLine line(TrendMetric metric) {
        List<Double> values = runs.stream().map(metric::shown).toList();
        List<Integer> present = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).isNaN()) {
                present.add(i);
            }
        }
        double[] series = present.stream().mapToDouble(values::get).toArray();
        List<ChangePoint> points = DETECTION.in(series);
        List<TrendChange> changes = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            int end = i + 1 < points.size() ? points.get(i + 1).index() : series.length;
            changes.add(change(metric, points.get(i), present, end));
        }
        return new TrendLine(metric, values, changes);
    }

    private TrendChange change(
            TrendMetric metric, ChangePoint point, List<Integer> present, int end) {
        int run = present.get(point.index());
        return new TrendChange(
                run,
                end - point.index(),
                point.before(),
                point.after(),
                point.change().orElse(Double.NaN),
                point.pScore(),
                metric.worse(point.before(), point.after()),
                fingerprints.changed(present.get(point.index() - 1), run),
                accepted(run));
    }

    /** By the first that came to know of it. */
    private Optional<Acceptance> accepted(int run) {
        return acceptances.stream()
                .filter(acceptance -> !acceptance.upTo().isBefore(runs.get(run).at()))
                .findFirst();
    }
}
