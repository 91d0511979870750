package dev.shakedown.workloads.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HealthProbeTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void busiestFiveSecondsInARowOfOneLoopCount() {
        ThreadWork one = ThreadWork.ofThisThread();
        ThreadWork other = ThreadWork.ofThisThread();
        BusySeconds seconds = new BusySeconds();
        for (int i = 0; i < 20; i++) {
            // One is busy from the 10th to the 13th second, the other in the 14th: never five.
            double first = i >= 10 && i < 14 ? 0.9 : 0.1;
            double second = i == 14 ? 0.9 : 0.1;
            seconds.add(second(i, Map.of(one, loop(first), other, loop(second))));
        }
        assertThat(seconds.peakLoop(0).busy()).isBetween(0.73, 0.75);
        assertThat(seconds.peakLoop(14 * SECOND).busy()).isBetween(0.25, 0.27);
        assertThat(seconds.peakLoop(16 * SECOND)).isEqualTo(ClientHealth.Loop.IDLE);
        assertThat(seconds.peak(0, BusySeconds.Second::processCores)).isBetween(16.9, 17.1);
    }

    @Test
    void threadThatSpinsIsBusyHoweverFewCoresThereAreAndOneThatWaitsIsNot() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch end = new CountDownLatch(1);
        BlockingQueue<ThreadWork> busy = new LinkedBlockingQueue<>();
        BlockingQueue<ThreadWork> idle = new LinkedBlockingQueue<>();
        Thread spinner =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    busy.add(ThreadWork.ofThisThread());
                                    while (!over.get()) {
                                        Thread.onSpinWait();
                                    }
                                });
        Thread waiter =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    idle.add(ThreadWork.ofThisThread());
                                    awaitEnd(end);
                                });
        ThreadWork spins = busy.take();
        ThreadWork waits = idle.take();
        while (waiter.getState() != Thread.State.WAITING || total(spins) == 0) {
            Thread.sleep(1);
        }
        long spunBefore = total(spins);
        long waitedBefore = total(waits);
        while (total(spins) - spunBefore < SECOND / 5) {
            Thread.sleep(1);
        }
        assertThat(total(waits) - waitedBefore).isLessThan(SECOND / 20);
        over.set(true);
        end.countDown();
        spinner.join();
        waiter.join();
    }

    @Test
    void loopsAreToldEachSecondAndInTheSummary() {
        ThreadWork self = ThreadWork.ofThisThread();
        try (HealthProbe probe = new HealthProbe(RunClock.startNow(), () -> List.of(self))) {
            for (int i = 0; i < 7; i++) {
                long until = System.nanoTime() + SECOND / 50;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                assertThat(probe.second())
                        .anyMatch(sample -> sample.metric().equals("loop_busy_ratio_max"));
            }
            assertThat(probe.summary(0, 0).peakLoop().busy()).isGreaterThan(0.3);
        }
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long total(ThreadWork work) {
        ThreadWork.Sum sum = work.soFar();
        return sum.ranNs() + sum.waitedNs();
    }

    private static BusySeconds.Second second(int i, Map<ThreadWork, ClientHealth.Loop> loops) {
        return new BusySeconds.Second(i * SECOND, SECOND, i, 0.5, loops);
    }

    private static ClientHealth.Loop loop(double ran) {
        return new ClientHealth.Loop(ran, 0);
    }
}
