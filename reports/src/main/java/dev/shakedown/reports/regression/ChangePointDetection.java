package dev.shakedown.reports.regression;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Change points of a history: E-divisive in sliding windows with Student's t test, then a merge, as
 * Apache Otava (Hunter; Fleming and others, arXiv 2301.03034) finds them. Deterministic.
 *
 * <p>Split: windows half overlap; inside one, the best split of all stretches becomes a weak change
 * point while its t test passes a threshold ten times as wide. Merge: of the weak points that with
 * the largest score above the threshold goes, or else that with the smallest magnitude up to {@code
 * leastMagnitude}, until none is left to go; each time the points beside it are judged again.
 *
 * @param window values in a window, at least 2
 * @param mostPScore t test's p up to which a change point stays. At a place that was chosen to make
 *     it small 0.001 fires on 2 to 3.5 % of series of noise
 * @param leastMagnitude relative change below which one does not stay
 */
public record ChangePointDetection(int window, double mostPScore, double leastMagnitude) {
    private static final double WEAK = 10;
    private static final double WEAK_UP_TO = 0.05;

    /** Otava's defaults. */
    public static final ChangePointDetection USUAL = new ChangePointDetection(50, 0.001, 0);

    public ChangePointDetection {
        if (window < 2 || mostPScore <= 0 || mostPScore >= WEAK_UP_TO || leastMagnitude < 0) {
            throw new IllegalArgumentException(
                    "window >= 2, 0 < p score < 0.05 and magnitude >= 0, not %d, %s, %s"
                            .formatted(window, mostPScore, leastMagnitude));
        }
    }

    /** In the order of their index. Values must be finite. */
    public List<ChangePoint> in(double[] values) {
        TreeSet<Integer> weak = new TreeSet<>();
        int start = 0;
        while (start < values.length) {
            TreeSet<Integer> found = split(values, start, Math.min(start + window, values.length));
            weak.addAll(found);
            int last = found.isEmpty() ? 0 : found.last();
            start = Math.max(last, start + window / 2);
        }
        return merge(values, weak);
    }

    private TreeSet<Integer> split(double[] values, int start, int end) {
        TreeSet<Integer> found = new TreeSet<>();
        for (; ; ) {
            List<Integer> bounds = bounds(found, start, end);
            Optional<Integer> next =
                    bestOf(values, bounds)
                            .map(ChangePointSplit::index)
                            .filter(index -> divides(values, bounds, index));
            if (next.isEmpty()) {
                return found;
            }
            found.add(next.get());
        }
    }

    private boolean divides(double[] values, List<Integer> bounds, int index) {
        int right = 1;
        while (bounds.get(right) < index) {
            right++;
        }
        double score =
                ChangePointScore.pScore(values, bounds.get(right - 1), index, bounds.get(right));
        return score <= mostPScore * WEAK;
    }

    private static Optional<ChangePointSplit> bestOf(double[] values, List<Integer> bounds) {
        Optional<ChangePointSplit> best = Optional.empty();
        for (int i = 1; i < bounds.size(); i++) {
            int from = bounds.get(i - 1);
            int to = bounds.get(i);
            if (to - from > 1) {
                ChangePointSplit split = ChangePointSplit.best(values, from, to);
                if (best.isEmpty() || split.energy() > best.get().energy()) {
                    best = Optional.of(split);
                }
            }
        }
        return best;
    }

    private static List<Integer> bounds(Collection<Integer> points, int start, int end) {
        List<Integer> bounds = new ArrayList<>(points.size() + 2);
        bounds.add(start);
        bounds.addAll(points);
        bounds.add(end);
        return bounds;
    }

    private List<ChangePoint> merge(double[] values, TreeSet<Integer> indexes) {
        for (; ; ) {
            List<ChangePoint> points = judged(values, indexes);
            Optional<ChangePoint> weakest = weakest(points);
            if (weakest.isEmpty()) {
                return points;
            }
            indexes.remove(weakest.get().index());
        }
    }

    /** That which has to go next. */
    private Optional<ChangePoint> weakest(List<ChangePoint> points) {
        return points.stream()
                .filter(point -> point.pScore() >= mostPScore)
                .max(Comparator.comparingDouble(ChangePoint::pScore))
                .or(
                        () ->
                                points.stream()
                                        .filter(point -> point.magnitude() <= leastMagnitude)
                                        .min(Comparator.comparingDouble(ChangePoint::magnitude)));
    }

    private static List<ChangePoint> judged(double[] values, Collection<Integer> indexes) {
        List<Integer> bounds = bounds(indexes, 0, values.length);
        List<ChangePoint> points = new ArrayList<>();
        for (int i = 1; i + 1 < bounds.size(); i++) {
            points.add(
                    ChangePointScore.judge(
                            values, bounds.get(i - 1), bounds.get(i), bounds.get(i + 1)));
        }
        return points;
    }
}
