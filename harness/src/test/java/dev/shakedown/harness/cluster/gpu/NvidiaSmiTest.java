package dev.shakedown.harness.cluster.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.shakedown.harness.cluster.StepFailedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class NvidiaSmiTest {
    private static final String ROW = "%d, GPU-%d, %d, 100, 73728, 1980, 60, 0x0000000000000000";

    private final Machine good = new Machine("node-a", 2);
    private final Machine bad = new Machine("node-b", 2);

    @Test
    void readGivesTheNewestLineOfEachGpuOnce() throws InterruptedException {
        good.prints(ROW.formatted(0, 7, 100), ROW.formatted(1, 8, 200), ROW.formatted(0, 7, 300));
        try (NvidiaSmi smi = smi(good)) {
            GpuReadings first = firstOf(smi);
            assertThat(first.troubles()).isEmpty();
            assertThat(first.gpus())
                    .extracting(GpuReading::uuid, gpu -> gpu.values().get(GpuMetric.POWER))
                    .containsExactlyInAnyOrder(tuple("GPU-7", 300.0), tuple("GPU-8", 200.0));
            assertThat(smi.read().gpus()).isEmpty();
        }
        assertThat(good.ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void gpusThatTheRunDoesNotUseAreLeftOut() throws InterruptedException {
        good.prints(ROW.formatted(2, 9, 100), ROW.formatted(1, 8, 200));
        try (NvidiaSmi smi = smi(good)) {
            assertThat(firstOf(smi).gpus()).extracting(GpuReading::index).containsExactly(1);
        }
    }

    @Test
    void hostThatFailsIsNamedBesideOnesThatWork() throws InterruptedException {
        good.prints(ROW.formatted(0, 7, 100));
        bad.fails("timeout: failed to run command 'nvidia-smi': No such file or directory");
        try (NvidiaSmi smi = smi(good, bad)) {
            assertThat(firstOf(smi).gpus()).extracting(GpuReading::node).containsExactly("node-a");
            assertThat(bad.ended.await(10, TimeUnit.SECONDS)).isTrue();
            good.line.accept(ROW.formatted(0, 7, 101));
            assertThat(smi.read().troubles())
                    .singleElement()
                    .asString()
                    .contains("node-b", "No such file");
        }
    }

    @Test
    void noneThatWorksIsATroubleAndNoMoreWaiting() throws InterruptedException {
        bad.fails("no driver");
        try (NvidiaSmi smi = smi(bad)) {
            GpuReadings none = firstOf(smi);
            assertThat(none.gpus()).isEmpty();
            assertThat(none.troubles()).containsExactly("nvidia-smi on node-b ended: no driver");
        }
    }

    private static NvidiaSmi smi(Machine... machines) {
        return new NvidiaSmi(List.of(machines), Duration.ofHours(1));
    }

    private static GpuReadings firstOf(NvidiaSmi smi) throws InterruptedException {
        GpuReadings read = smi.read();
        while (read.gpus().isEmpty() && read.troubles().isEmpty()) {
            Thread.sleep(2);
            read = smi.read();
        }
        return read;
    }

    /** Prints at once and then runs until it is ended, or fails. */
    private static final class Machine implements NvidiaSmi.Host {
        private final String name;
        private final int gpus;
        private final CountDownLatch ended = new CountDownLatch(1);
        private List<String> lines = List.of();
        private String failure = "";
        private volatile Consumer<String> line = _ -> {};

        Machine(String name, int gpus) {
            this.name = name;
            this.gpus = gpus;
        }

        void prints(String... all) {
            lines = List.of(all);
        }

        void fails(String why) {
            failure = why;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean uses(int gpu) {
            return gpu < gpus;
        }

        @Override
        public void run(String script, Consumer<String> onLine) {
            line = onLine;
            try {
                lines.forEach(onLine);
                if (!failure.isEmpty()) {
                    throw new StepFailedException("status 127", name, List.of(failure), "");
                }
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new StepFailedException("interrupted", name, List.of(), "");
            } finally {
                ended.countDown();
            }
        }
    }
}
