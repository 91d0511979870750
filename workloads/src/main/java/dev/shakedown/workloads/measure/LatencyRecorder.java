package dev.shakedown.workloads.measure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;

/**
 * Latencies by metric, phase and intended second. A second can be taken once every request that was
 * intended in it has ended; a straggler's late registration opens it again and yields a second
 * interval for it, which readers merge. One short lock a request, none a token.
 */
final class LatencyRecorder {
    private static final long SECOND_NS = 1_000_000_000L;

    /** What belongs to one intended second of one phase. */
    record Interval(long second, Phase phase, LatencyHistograms histograms) {}

    private record Key(long second, Phase phase) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int bySecond = Long.compare(second, other.second);
            return bySecond != 0 ? bySecond : phase.compareTo(other.phase);
        }
    }

    private static final class Open {
        final LatencyHistograms histograms;
        int pending;

        Open(Set<Metric> metrics) {
            // Many seconds can be open at once: packed histograms keep them small.
            histograms =
                    new LatencyHistograms(
                            metrics, () -> new PackedHistogram(LatencyHistograms.DIGITS));
        }
    }

    private final Set<Metric> metrics;
    private final Map<Phase, LatencyHistograms> totals = new EnumMap<>(Phase.class);
    private final TreeMap<Key, Open> open = new TreeMap<>();

    /**
     * @param metrics that are measured
     */
    LatencyRecorder(Set<Metric> metrics) {
        this.metrics = metrics;
    }

    synchronized void expect(Phase phase, long intendedNs) {
        open.computeIfAbsent(key(phase, intendedNs), _ -> new Open(metrics)).pending++;
    }

    synchronized void add(RequestRecord request, ChunkGaps gaps) {
        of(request.phase()).add(request, gaps);
        Open second =
                open.computeIfAbsent(
                        key(request.phase(), request.intendedNs()), _ -> new Open(metrics));
        second.histograms.add(request, gaps);
        second.pending--;
    }

    /** Removes the intervals that ended before {@code watermarkNs} and have nothing pending. */
    synchronized List<Interval> takeClosed(long watermarkNs) {
        List<Interval> closed = new ArrayList<>();
        open.entrySet()
                .removeIf(
                        entry -> {
                            Key key = entry.getKey();
                            boolean done =
                                    entry.getValue().pending <= 0
                                            && (key.second + 1) * SECOND_NS <= watermarkNs;
                            if (done) {
                                closed.add(
                                        new Interval(
                                                key.second,
                                                key.phase,
                                                entry.getValue().histograms));
                            }
                            return done;
                        });
        return closed;
    }

    /** Everything that is still open, complete or not. */
    synchronized List<Interval> takeAll() {
        open.values().forEach(second -> second.pending = 0);
        return takeClosed(Long.MAX_VALUE);
    }

    /** A copy of all there is of one metric and phase; empty without values. */
    synchronized Histogram total(Metric metric, Phase phase) {
        Histogram histogram = of(phase).byMetric().get(metric);
        return histogram == null ? new Histogram(LatencyHistograms.DIGITS) : histogram.copy();
    }

    /** One percentile without copying the histogram; empty without values. */
    synchronized OptionalLong percentile(Metric metric, Phase phase, double percentile) {
        Histogram histogram = of(phase).byMetric().get(metric);
        return histogram == null
                ? OptionalLong.empty()
                : OptionalLong.of(histogram.getValueAtPercentile(percentile));
    }

    private LatencyHistograms of(Phase phase) {
        return totals.computeIfAbsent(
                phase,
                _ -> new LatencyHistograms(metrics, () -> new Histogram(LatencyHistograms.DIGITS)));
    }

    private static Key key(Phase phase, long intendedNs) {
        return new Key(Math.floorDiv(intendedNs, SECOND_NS), phase);
    }
}
