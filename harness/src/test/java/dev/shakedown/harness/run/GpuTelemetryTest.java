package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.gpu.GpuMetric;
import dev.shakedown.harness.cluster.gpu.GpuReading;
import dev.shakedown.harness.cluster.gpu.GpuReadings;
import dev.shakedown.harness.cluster.gpu.GpuSource;
import dev.shakedown.workloads.measure.LoadRecording;
import dev.shakedown.workloads.measure.RunClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class GpuTelemetryTest {
    private static final GpuReadings GPU =
            new GpuReadings(
                    List.of(new GpuReading("node-a", 0, "GPU-1", Map.of(GpuMetric.POWER, 71.5))),
                    List.of());
    private static final GpuReadings ABSENT =
            new GpuReadings(List.of(), List.of("no driver on node-a"));

    private final RunClock clock = new RunClock(Instant.EPOCH, () -> 7);

    @TempDir private Path run;

    @Test
    void firstSourceThatAnswersIsKeptAndNamed() {
        Source absent = new Source("nvidia-smi", ABSENT);
        Source good = new Source("dcgm", GPU);
        Source spare = new Source("ray", GPU);
        GpuTelemetry telemetry = new GpuTelemetry(clock, List.of(absent, good, spare));
        telemetry.read();
        telemetry.read();
        telemetry.close();
        assertThat(telemetry.record().source()).isEqualTo("dcgm");
        assertThat(telemetry.record().missing()).containsExactly("no driver on node-a");
        assertThat(List.of(absent.reads.get(), good.reads.get(), spare.reads.get()))
                .containsExactly(1, 2, 0);
        assertThat(List.of(absent, good, spare)).allMatch(source -> source.closed);
    }

    @Test
    void nothingThatTellsOfGpusIsSaidAndNoTrouble() {
        GpuTelemetry none = new GpuTelemetry(clock, List.of());
        none.begin();
        none.close();
        assertThat(none.record().source()).isEmpty();
        assertThat(none.record().missing()).singleElement().asString().contains("dcgmExporter");
    }

    @Test
    void sourceWithABugIsItsOwnTrouble() {
        Source broken =
                new Source("dcgm", GPU) {
                    @Override
                    public GpuReadings read() {
                        throw new IllegalStateException("no such column");
                    }
                };
        GpuTelemetry telemetry = new GpuTelemetry(clock, List.of(broken, new Source("ray", GPU)));
        telemetry.read();
        telemetry.close();
        assertThat(telemetry.record().source()).isEqualTo("ray");
        assertThat(telemetry.record().missing())
                .singleElement()
                .asString()
                .contains("dcgm", "no such column");
    }

    /** Whatever it hangs in: a load's end waits for no GPU. */
    @Test
    void closeDoesNotWaitForASourceThatHangs() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        Source hanging =
                new Source("dcgm", GPU) {
                    @Override
                    public GpuReadings read() {
                        inside.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            return ABSENT;
                        }
                        return GPU;
                    }
                };
        GpuTelemetry telemetry = new GpuTelemetry(clock, List.of(hanging));
        telemetry.begin();
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        telemetry.close();
        assertThat(hanging.closed).isTrue();
    }

    /** What an error that ended the load left is read after it. */
    @Test
    void looksOnceMoreAtTheEnd() throws InterruptedException {
        Source good = new Source("dcgm", GPU);
        GpuTelemetry telemetry = new GpuTelemetry(clock, List.of(good));
        telemetry.begin();
        assertThat(good.read.await(10, TimeUnit.SECONDS)).isTrue();
        int before = good.reads.get();
        telemetry.close();
        assertThat(good.reads.get()).isGreaterThan(before);
    }

    @Test
    void valuesGoToTheEndOfTheTimeSeries() {
        new LoadRecording(run, clock).close();
        GpuTelemetry telemetry = new GpuTelemetry(clock, List.of(new Source("nvidia-smi", GPU)));
        telemetry.read();
        telemetry.close();
        telemetry.record().appendTo(run);
        assertThat(Gunzip.lines(run.resolve("timeseries.csv.gz")))
                .containsExactly(
                        "t_ns,source,metric,labels,value",
                        "7,nvidia-smi,gpu_power_watts,node=node-a;gpu=0;uuid=GPU-1,71.5");
    }

    private static class Source implements GpuSource {
        private final String name;
        private final GpuReadings answer;
        private final CountDownLatch read = new CountDownLatch(1);
        private final AtomicInteger reads = new AtomicInteger();
        volatile boolean closed;

        Source(String name, GpuReadings answer) {
            this.name = name;
            this.answer = answer;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Duration period() {
            return Duration.ofHours(1);
        }

        @Override
        public GpuReadings read() {
            reads.incrementAndGet();
            read.countDown();
            return answer;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
