package dev.shakedown.reports.view;

import dev.shakedown.reports.run.Points;
import dev.shakedown.reports.run.RequestRow;
import java.util.List;

/**
 * Requests per second and in flight, counted from the request rows. Bins are whole seconds wide,
 * wider where a run is longer than {@value #MAX_BINS} seconds.
 */
final class LoadCurves {
    private static final int MAX_BINS = 900;
    private static final double NANOS = 1e9;

    private final double start;
    private final int binSeconds;
    private final int bins;
    private final List<RequestRow> requests;

    LoadCurves(List<RequestRow> requests, double start) {
        this.requests = requests;
        this.start = start;
        double end =
                requests.stream()
                        .mapToDouble(
                                r -> Math.max(seconds(r.intendedNs()), seconds(r.streamEndNs())))
                        .max()
                        .orElse(0);
        int length = (int) Math.clamp(Math.ceil(end + 1e-9), 1, 10_000_000);
        binSeconds = Math.ceilDiv(length, MAX_BINS);
        bins = Math.ceilDiv(length, binSeconds);
    }

    int bins() {
        return bins;
    }

    /** Requests that the schedule meant to start, per second. */
    Points offered() {
        double[] counts = new double[bins];
        requests.forEach(r -> count(counts, r.intendedNs()));
        return perSecond(counts);
    }

    /** Requests that completed, per second. */
    Points completed() {
        double[] counts = new double[bins];
        requests.stream()
                .filter(RequestRow::completed)
                .forEach(r -> count(counts, r.streamEndNs()));
        return perSecond(counts);
    }

    /** Requests that ended in another way, per second; those that never ended are not counted. */
    Points failed() {
        double[] counts = new double[bins];
        requests.stream().filter(r -> !r.completed()).forEach(r -> count(counts, r.streamEndNs()));
        return perSecond(counts);
    }

    /** Requests sent and not ended, at the end of each bin. */
    Points inFlight() {
        double[] change = new double[bins];
        requests.stream()
                .filter(r -> r.sentNs() != RequestRow.NEVER && r.streamEndNs() != RequestRow.NEVER)
                .forEach(
                        r -> {
                            add(change, r.sentNs(), 1);
                            add(change, r.streamEndNs(), -1);
                        });
        Points.Builder points = new Points.Builder();
        double now = 0;
        for (int i = 0; i < bins; i++) {
            now += change[i];
            points.add((double) (i + 1) * binSeconds, now);
        }
        return points.build();
    }

    private double seconds(long nanos) {
        return nanos == RequestRow.NEVER ? -1 : nanos / NANOS - start;
    }

    private void count(double[] counts, long nanos) {
        add(counts, nanos, 1);
    }

    private void add(double[] counts, long nanos, int amount) {
        if (nanos != RequestRow.NEVER) {
            int bin = (int) Math.floor(seconds(nanos) / binSeconds);
            counts[Math.clamp(bin, 0, bins - 1)] += amount;
        }
    }

    private Points perSecond(double[] counts) {
        Points.Builder points = new Points.Builder();
        for (int i = 0; i < bins; i++) {
            points.add((double) i * binSeconds, counts[i] / binSeconds);
        }
        return points.build();
    }
}
