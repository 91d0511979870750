package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.gpu.GpuMetric;
import dev.shakedown.harness.cluster.gpu.GpuReading;
import dev.shakedown.harness.scenario.Parallelism;
import dev.shakedown.reports.run.GpuSummary;
import dev.shakedown.workloads.load.LoadResult;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GpuFindingsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int LOOKS = 10;

    private final GpuRecord record = new GpuRecord();

    @Test
    void gpusThatDoTheSameAreNoFinding() {
        looks(GpuMetric.POWER, 500, 520, 480, 505, 610, 630, 590, 600);
        GpuSummary summary = summary(4);
        assertThat(summary.findings()).isEmpty();
        assertThat(summary.gpus()).noneMatch(GpuSummary.Gpu::remarkable);
        assertThat(summary.gpus())
                .extracting(GpuSummary.Gpu::group)
                .containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
    }

    @Test
    void powerFarFromTheGroupsMedianNamesTheGpu() {
        looks(GpuMetric.POWER, 500, 520, 300, 505, 510, 490, 500, 495);
        assertThat(summary(8).findings())
                .singleElement()
                .asString()
                .startsWith(
                        "node-a GPU 2 (GPU-2) is unlike its tensor-parallel group: power 300 W, median 500 W;");
        assertThat(summary(8).gpus().get(2).remarkable()).isTrue();
    }

    /** It works while the others wait for it. */
    @Test
    void activityAboveAndClockBelowTheOthersAreOneFinding() {
        looks(GpuMetric.SM_ACTIVE, .5, .9, .5, .52);
        looks(GpuMetric.SM_CLOCK, 1980, 1188, 1980, 1980);
        assertThat(summary(4).findings())
                .singleElement()
                .asString()
                .contains(
                        "GPU 1", "SM activity 0.90, median 0.51", "SM clock 1188 MHz, median 1980");
    }

    @Test
    void utilisationSaysNothing() {
        looks(GpuMetric.UTILIZATION, 100, 100, 20, 100);
        assertThat(summary(4).findings()).isEmpty();
    }

    @Test
    void groupsOfOtherWorkAreNotCompared() {
        looks(GpuMetric.POWER, 600, 600, 110, 110);
        assertThat(summary(2).findings()).isEmpty();
        assertThat(summary(1).findings()).isEmpty();
        assertThat(summary(0).findings()).isEmpty();
    }

    @Test
    void loweredClocksAreTellingForTheirReasonAndShare() {
        looks(GpuMetric.THROTTLE, 0x20, 0x20, 0x1 | 0x2, 0);
        looks(GpuMetric.SM_CLOCK, 1089, 1091, 1980, 1980);
        looks(GpuMetric.TEMPERATURE, 87, 86, 60, 61);
        assertThat(summary(0).findings())
                .containsExactly(
                        "node-a GPUs 0 to 1 lowered their clocks: SW Thermal Slowdown 100 % of the measured time, SM clock 1090 MHz on average, up to 87 °C: look at the node's cooling and power");
        assertThat(summary(0).gpus().getFirst().throttled()).isEqualTo("SW Thermal Slowdown 100 %");
    }

    @Test
    void powerCapCountsOnlyWhereItLasts() {
        for (int look = 0; look < 2 * LOOKS; look++) {
            add(look, 0, Map.of(GpuMetric.THROTTLE, look == 5 ? 4.0 : 0.0));
            add(look, 1, Map.of(GpuMetric.THROTTLE, look % 2 == 0 ? 4.0 : 0.0));
        }
        assertThat(summary(0).findings())
                .singleElement()
                .asString()
                .startsWith("node-a GPU 1 (GPU-1) lowered its clocks: SW Power Cap");
    }

    @Test
    void xidOfTheLoadAndOneFromBeforeAreToldApart() {
        for (int look = 0; look < LOOKS; look++) {
            add(look, 0, Map.of(GpuMetric.XID, look == LOOKS - 1 ? 79.0 : 0.0));
            add(look, 1, Map.of(GpuMetric.XID, 31.0));
        }
        assertThat(summary(0).findings())
                .satisfiesExactly(
                        first ->
                                assertThat(first)
                                        .startsWith("node-a GPU 0 (GPU-0) reports Xid 79:"),
                        second ->
                                assertThat(second)
                                        .contains("Xid 31, which was there before the load"));
        assertThat(summary(0).gpus()).extracting(GpuSummary.Gpu::xid).containsExactly(79, 31);
    }

    @Test
    void onlyTheMeasuredPhaseCounts() {
        LoadResult load = Loads.good().build();
        LoadResult.PhaseSpan measure =
                load.phases().stream()
                        .filter(phase -> phase.name().equals("measure"))
                        .findFirst()
                        .orElseThrow();
        record.add(measure.startNs() - 1, List.of(reading(0, Map.of(GpuMetric.POWER, 9.0))));
        record.add(measure.startNs(), List.of(reading(0, Map.of(GpuMetric.POWER, 500.0))));
        record.add(measure.endNs() + 1, List.of(reading(0, Map.of(GpuMetric.POWER, 9.0))));
        assertThat(GpuSummaries.of(record, Optional.of(load), Optional.empty()).gpus())
                .singleElement()
                .matches(gpu -> gpu.watts().equals(Optional.of(500.0)));
    }

    /** Which of the GPUs the engine uses cannot be told: no group would be right for sure. */
    @Test
    void moreGpusThanTheEngineUsesFormNoGroups() {
        looks(GpuMetric.POWER, 500, 100, 500, 500, 500, 500, 500, 500);
        assertThat(summary(Optional.of(new Parallelism(8, 1, 1))).findings()).hasSize(1);
        GpuSummary four = summary(Optional.of(new Parallelism(4, 1, 1)));
        assertThat(four.findings()).isEmpty();
        assertThat(four.gpus()).extracting(GpuSummary.Gpu::group).containsOnly(-1);
    }

    /** Tensor parallel size of an engine on all GPUs; 0 without an engine. */
    private GpuSummary summary(int tensorParallel) {
        int replicas =
                tensorParallel == 0 ? 1 : Math.max(1, record.tracks().size() / tensorParallel);
        return summary(
                Optional.of(tensorParallel)
                        .filter(size -> size > 0)
                        .map(size -> new Parallelism(size, 1, replicas)));
    }

    private GpuSummary summary(Optional<Parallelism> split) {
        return GpuSummaries.of(record, Optional.empty(), split);
    }

    /** The same values at every look, one a GPU. */
    private void looks(GpuMetric metric, double... values) {
        for (int look = 0; look < LOOKS; look++) {
            for (int gpu = 0; gpu < values.length; gpu++) {
                add(look, gpu, new EnumMap<>(Map.of(metric, values[gpu])));
            }
        }
    }

    private void add(int look, int gpu, Map<GpuMetric, Double> values) {
        record.add(look * SECOND, new ArrayList<>(List.of(reading(gpu, values))));
    }

    private static GpuReading reading(int gpu, Map<GpuMetric, Double> values) {
        return new GpuReading("node-a", gpu, "GPU-" + gpu, values);
    }
}
