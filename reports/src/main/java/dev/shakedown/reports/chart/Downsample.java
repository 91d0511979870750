package dev.shakedown.reports.chart;

import dev.shakedown.reports.run.Points;

/**
 * Largest-Triangle-Three-Buckets (Steinarsson 2013): keeps first and last point and, from each of
 * the buckets between, the point that spans the largest triangle with its neighbours; peaks
 * survive.
 */
final class Downsample {
    /** More points than this nobody sees on a chart. */
    static final int MAX_POINTS = 1_000;

    private Downsample() {}

    /** At most {@code limit} of the points; all where there are no more. */
    static Points to(Points all, int limit) {
        if (all.size() <= limit || limit < 3) {
            return all;
        }
        Points.Builder kept = new Points.Builder().add(all.x(0), all.y(0));
        double bucket = (double) (all.size() - 2) / (limit - 2);
        int previous = 0;
        for (int i = 0; i < limit - 2; i++) {
            Range here = new Range((int) (i * bucket) + 1, (int) ((i + 1) * bucket) + 1);
            Range next = new Range(here.to(), Math.min((int) ((i + 2) * bucket) + 1, all.size()));
            previous = largest(all, previous, here, next);
            kept.add(all.x(previous), all.y(previous));
        }
        int last = all.size() - 1;
        return kept.add(all.x(last), all.y(last)).build();
    }

    /** From, and to without. */
    private record Range(int from, int to) {}

    private static int largest(Points all, int previous, Range here, Range next) {
        double nextX = 0;
        double nextY = 0;
        int width = Math.max(1, next.to() - next.from());
        for (int j = next.from(); j < next.to(); j++) {
            nextX += all.x(j) / width;
            nextY += all.y(j) / width;
        }
        int best = here.from();
        double bestArea = -1;
        for (int j = here.from(); j < here.to(); j++) {
            double area =
                    Math.abs(
                            (all.x(previous) - nextX) * (all.y(j) - all.y(previous))
                                    - (all.x(previous) - all.x(j)) * (nextY - all.y(previous)));
            if (area > bestArea) {
                bestArea = area;
                best = j;
            }
        }
        return best;
    }
}
