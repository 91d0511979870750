package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.gpu.GpuMetric;
import dev.shakedown.harness.run.GpuRecord.Gpu;
import dev.shakedown.harness.run.GpuRecord.Track;
import dev.shakedown.harness.run.GpuRecord.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What is remarkable of the GPUs under load, a sentence each. Utilisation is not looked at: a
 * kernel of NCCL that waits for a slow peer has 100 %.
 *
 * @param window the measured phase
 */
record GpuFindings(Map<Gpu, Track> tracks, Window window) {
    /** Fewer looks than this are no mean to compare. */
    private static final int LEAST_LOOKS = 3;

    /**
     * How far from the group's median is far: a judgement. Boards of one kind differ by less at the
     * same work, in power by some percent.
     */
    private enum Compared {
        POWER(GpuMetric.POWER, .2, "power %.0f W, median %.0f W"),
        SM_ACTIVE(GpuMetric.SM_ACTIVE, .2, "SM activity %.2f, median %.2f"),
        SM_CLOCK(GpuMetric.SM_CLOCK, .1, "SM clock %.0f MHz, median %.0f MHz");

        private final GpuMetric metric;
        private final double far;
        private final String text;

        Compared(GpuMetric metric, double far, String text) {
            this.metric = metric;
            this.far = far;
            this.text = text;
        }
    }

    /** One, and the GPUs that it is about. */
    record Finding(List<Gpu> about, String text) {
        Finding {
            about = List.copyOf(about);
        }
    }

    /** All of them: errors, lowered clocks, GPUs that are unlike their group. */
    List<Finding> of(List<List<Gpu>> groups) {
        List<Finding> findings = new ArrayList<>();
        tracks.forEach((gpu, track) -> xid(gpu, track, findings));
        throttled(findings);
        groups.forEach(group -> unlike(group, findings));
        return findings;
    }

    private static void xid(Gpu gpu, Track track, List<Finding> findings) {
        int[] all = track.of(GpuMetric.XID, Window.ALL).mapToInt(value -> (int) value).toArray();
        int last = all.length == 0 ? 0 : all[all.length - 1];
        if (last != 0) {
            String since = all[0] == last ? ", which was there before the load" : "";
            findings.add(
                    new Finding(
                            List.of(gpu),
                            "%s reports Xid %d%s: look for it in the node's kernel log (dmesg) and in NVIDIA's list of Xids"
                                    .formatted(name(gpu), last, since)));
        }
    }

    private void throttled(List<Finding> findings) {
        Map<String, List<Gpu>> alike = new TreeMap<>();
        tracks.forEach(
                (gpu, track) -> {
                    Throttling why = Throttling.of(track, window);
                    if (!why.isNone()) {
                        String key = gpu.node() + " " + why.shares().keySet();
                        alike.computeIfAbsent(key, _ -> new ArrayList<>()).add(gpu);
                    }
                });
        alike.values().forEach(gpus -> findings.add(new Finding(gpus, lowered(gpus))));
    }

    /** Of one node, for the same reasons. */
    private String lowered(List<Gpu> gpus) {
        StringBuilder text = new StringBuilder();
        String which = gpus.size() == 1 ? name(gpus.getFirst()) : names(gpus);
        text.append(which).append(" lowered ").append(gpus.size() == 1 ? "its" : "their");
        text.append(" clocks: ").append(worst(gpus)).append(" of the measured time");
        mean(gpus, GpuMetric.SM_CLOCK)
                .ifPresent(
                        mhz -> text.append(", SM clock %s MHz on average".formatted(whole(mhz))));
        gpus.stream()
                .flatMapToDouble(gpu -> track(gpu).of(GpuMetric.TEMPERATURE, window))
                .max()
                .ifPresent(hottest -> text.append(", up to %s °C".formatted(whole(hottest))));
        return text.append(": look at the node's cooling and power").toString();
    }

    private String worst(List<Gpu> gpus) {
        Map<String, Double> shares = new TreeMap<>();
        gpus.forEach(
                gpu ->
                        Throttling.of(track(gpu), window)
                                .shares()
                                .forEach((why, share) -> shares.merge(why, share, Math::max)));
        return new Throttling(shares).text();
    }

    private void unlike(List<Gpu> group, List<Finding> findings) {
        Map<Gpu, List<String>> differences = new TreeMap<>();
        for (Compared compared : Compared.values()) {
            if (group.stream().allMatch(gpu -> looks(gpu, compared.metric) >= LEAST_LOOKS)) {
                compare(group, compared, differences);
            }
        }
        differences.forEach(
                (gpu, what) ->
                        findings.add(
                                new Finding(
                                        List.of(gpu),
                                        "%s is unlike its tensor-parallel group: %s; nvidia-smi -q -i %d -d PERFORMANCE,POWER,CLOCK on its node says more"
                                                .formatted(
                                                        name(gpu),
                                                        String.join("; ", what),
                                                        gpu.index()))));
    }

    private void compare(List<Gpu> group, Compared compared, Map<Gpu, List<String>> differences) {
        double median = median(group, compared.metric);
        for (Gpu gpu : group) {
            double own = mean(List.of(gpu), compared.metric).orElse(median);
            if (Math.abs(own - median) > compared.far * median) {
                differences
                        .computeIfAbsent(gpu, _ -> new ArrayList<>())
                        .add(String.format(Locale.ROOT, compared.text, own, median));
            }
        }
    }

    /** Of the GPUs' means; the mean of the two in the middle where their number is even. */
    private double median(List<Gpu> group, GpuMetric metric) {
        double[] means =
                group.stream().mapToDouble(gpu -> mean(List.of(gpu), metric).orElse(0)).toArray();
        Arrays.sort(means);
        return (means[(means.length - 1) / 2] + means[means.length / 2]) / 2;
    }

    private OptionalDouble mean(List<Gpu> gpus, GpuMetric metric) {
        return gpus.stream().flatMapToDouble(gpu -> track(gpu).of(metric, window)).average();
    }

    private long looks(Gpu gpu, GpuMetric metric) {
        return track(gpu).of(metric, window).count();
    }

    private Track track(Gpu gpu) {
        return Objects.requireNonNull(tracks.get(gpu));
    }

    private static String whole(double value) {
        return String.valueOf(Math.round(value));
    }

    private static String name(Gpu gpu) {
        String uuid = gpu.uuid().isEmpty() ? "" : " (%s)".formatted(gpu.uuid());
        return "%s GPU %d%s".formatted(gpu.node(), gpu.index(), uuid);
    }

    /** {@code node-a GPUs 0 to 7}, of one node. */
    private static String names(List<Gpu> gpus) {
        int first = gpus.getFirst().index();
        boolean inRow =
                IntStream.range(0, gpus.size()).allMatch(i -> gpus.get(i).index() == first + i);
        String which =
                inRow
                        ? first + " to " + gpus.getLast().index()
                        : gpus.stream()
                                .map(gpu -> String.valueOf(gpu.index()))
                                .collect(Collectors.joining(", "));
        return gpus.getFirst().node() + " GPUs " + which;
    }
}
