package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.gpu.GpuMetric;
import dev.shakedown.harness.cluster.gpu.GpuReading;
import dev.shakedown.workloads.measure.AddedSeries;
import dev.shakedown.workloads.measure.Sample;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** What was read of the GPUs beside one load. Written by one thread at a time, kept in memory. */
final class GpuRecord {
    private final Map<Gpu, Track> tracks = new TreeMap<>();
    private final Set<String> missing = new LinkedHashSet<>();
    private String source = "";

    /** One GPU; {@code uuid} is empty where nobody says. */
    record Gpu(String node, int index, String uuid) implements Comparable<Gpu> {
        private static final Comparator<Gpu> ORDER =
                Comparator.comparing(Gpu::node)
                        .thenComparingInt(Gpu::index)
                        .thenComparing(Gpu::uuid);

        @Override
        public int compareTo(Gpu other) {
            return ORDER.compare(this, other);
        }

        String labels() {
            return "node=%s;gpu=%d;uuid=%s".formatted(node, index, uuid);
        }
    }

    /** A stretch of time, ends included, in nanoseconds since the run's start. */
    record Window(long fromNs, long toNs) {
        static final Window ALL = new Window(Long.MIN_VALUE, Long.MAX_VALUE);

        private boolean holds(long ns) {
            return ns >= fromNs && ns <= toNs;
        }
    }

    /** The values of one GPU in the order of time. */
    static final class Track {
        private final List<Look> looks = new ArrayList<>();

        private record Look(long ns, Map<GpuMetric, Double> values) {}

        private void add(long ns, Map<GpuMetric, Double> read) {
            looks.add(new Look(ns, read));
        }

        /** Those of a stretch of time. */
        DoubleStream of(GpuMetric metric, Window window) {
            return looks.stream()
                    .filter(look -> window.holds(look.ns) && look.values.containsKey(metric))
                    .mapToDouble(look -> look.values.getOrDefault(metric, 0.0));
        }
    }

    synchronized void takenFrom(String name) {
        source = name;
    }

    synchronized void add(long ns, List<GpuReading> gpus) {
        for (GpuReading read : gpus) {
            tracks.computeIfAbsent(
                            new Gpu(read.node(), read.index(), read.uuid()), _ -> new Track())
                    .add(ns, read.values());
        }
    }

    synchronized void misses(String why) {
        missing.add(why);
    }

    /** Empty where nothing could be read. */
    synchronized String source() {
        return source;
    }

    synchronized List<String> missing() {
        return List.copyOf(missing);
    }

    /** By node and index. */
    synchronized Map<Gpu, Track> tracks() {
        return new TreeMap<>(tracks);
    }

    /** Adds it to the time series of a recording that is closed. */
    synchronized void appendTo(Path runDirectory) {
        if (tracks.isEmpty()) {
            return;
        }
        try {
            append(runDirectory);
        } catch (UncheckedIOException e) {
            misses("not in the time series: " + e.getMessage());
        }
    }

    private void append(AddedSeries file, String labels, Track.Look look) {
        look.values.forEach(
                (metric, value) ->
                        file.add(look.ns, source, new Sample(metric.key(), labels, value)));
    }

    private void append(Path runDirectory) {
        try (AddedSeries file = new AddedSeries(runDirectory)) {
            tracks.forEach(
                    (gpu, track) -> track.looks.forEach(look -> append(file, gpu.labels(), look)));
        }
    }
}
