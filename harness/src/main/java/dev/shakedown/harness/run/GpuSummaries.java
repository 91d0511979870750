package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.gpu.GpuMetric;
import dev.shakedown.harness.run.GpuFindings.Finding;
import dev.shakedown.harness.run.GpuRecord.Gpu;
import dev.shakedown.harness.run.GpuRecord.Track;
import dev.shakedown.harness.run.GpuRecord.Window;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.reports.run.GpuSummary;
import dev.shakedown.workloads.load.LoadResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** From what was read of the GPUs to what {@code run.json} says of them. */
final class GpuSummaries {
    private static final double PERCENT = 100;

    private GpuSummaries() {}

    /**
     * Of the measured phase; of all that was read where the load did not come so far.
     *
     * @param split the engine's, where the run knows it
     */
    static GpuSummary of(GpuRecord record, Optional<LoadResult> load, Optional<Parallelism> split) {
        Window window = load.flatMap(GpuSummaries::measured).orElse(Window.ALL);
        Map<Gpu, Track> tracks = record.tracks();
        List<List<Gpu>> groups =
                split.map(how -> GpuGroups.of(tracks.keySet(), how)).orElse(List.of());
        Map<Gpu, Integer> numbers = GpuGroups.numbers(groups);
        List<Finding> findings = new GpuFindings(tracks, window).of(groups);
        return new GpuSummary(
                record.source(),
                record.missing(),
                tracks.entrySet().stream()
                        .map(
                                seen ->
                                        gpu(
                                                seen,
                                                window,
                                                numbers.getOrDefault(seen.getKey(), -1),
                                                isNamed(seen.getKey(), findings)))
                        .toList(),
                findings.stream().map(Finding::text).toList());
    }

    private static Optional<Window> measured(LoadResult load) {
        return load.phases().stream()
                .filter(phase -> phase.name().equals("measure"))
                .map(phase -> new Window(phase.startNs(), phase.endNs()))
                .findFirst();
    }

    private static boolean isNamed(Gpu gpu, List<Finding> findings) {
        return findings.stream().anyMatch(finding -> finding.about().contains(gpu));
    }

    private static GpuSummary.Gpu gpu(
            Map.Entry<Gpu, Track> seen, Window window, int group, boolean remarkable) {
        Gpu gpu = seen.getKey();
        Track track = seen.getValue();
        return new GpuSummary.Gpu(
                gpu.node(),
                gpu.index(),
                gpu.uuid(),
                group,
                mean(track, GpuMetric.POWER, window),
                mean(track, GpuMetric.UTILIZATION, window).map(percent -> percent / PERCENT),
                mean(track, GpuMetric.SM_ACTIVE, window),
                mean(track, GpuMetric.SM_CLOCK, window),
                boxed(track.of(GpuMetric.TEMPERATURE, window).max()),
                boxed(track.of(GpuMetric.MEMORY_USED, window).max()),
                Throttling.of(track, window).text(),
                (int) track.of(GpuMetric.XID, Window.ALL).reduce(0, (_, last) -> last),
                remarkable);
    }

    private static Optional<Double> mean(Track track, GpuMetric metric, Window window) {
        return boxed(track.of(metric, window).average());
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
    }
}
