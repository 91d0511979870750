package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InParallelTest {
    private static final List<Integer> HOSTS = List.of(0, 1, 2);

    @Test
    void failedHostsAreOneFailureThatNamesThemAll() {
        Function<Integer, Integer> odd =
                host -> {
                    if (host == 1) {
                        return host;
                    }
                    throw new StepFailedException("no Ray", "host-" + host, List.of("said"), "x");
                };

        assertThatThrownBy(() -> InParallel.all(HOSTS, odd))
                .hasMessageContaining("no Ray (and 1 more hosts failed)")
                .extracting(failure -> ((StepFailedException) failure).evidence())
                .isEqualTo(List.of("said", "host-2: no Ray"));
    }

    @Test
    void unforeseenFailureOfOneIsThrownAfterAllHaveEnded() {
        AtomicInteger ended = new AtomicInteger();

        assertThatThrownBy(
                        () ->
                                InParallel.of(
                                        HOSTS,
                                        host -> {
                                            if (host == 0) {
                                                throw new IllegalStateException("oops");
                                            }
                                            sleep(300);
                                            return ended.incrementAndGet();
                                        }))
                .hasMessage("oops");
        assertThat(ended).hasValue(2);
    }

    @Test
    void interruptReachesAllAndStaysSet() throws InterruptedException {
        CountDownLatch atWork = new CountDownLatch(3);
        AtomicInteger interrupted = new AtomicInteger();
        Thread caller =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    List<InParallel.Outcome<Boolean>> all =
                                            InParallel.of(HOSTS, _ -> until(atWork, interrupted));
                                    interrupted.addAndGet(
                                            Thread.currentThread().isInterrupted()
                                                    ? all.size()
                                                    : 0);
                                });

        atWork.await();
        caller.interrupt();
        caller.join();

        assertThat(interrupted).hasValue(6);
    }

    @Test
    void whatTakesTooLongIsLeft() {
        Semaphore done = new Semaphore(0);
        long began = System.nanoTime();

        InParallel.within(
                Duration.ofMillis(300),
                HOSTS,
                host -> {
                    sleep(host == 2 ? 20_000 : 1);
                    done.release();
                });

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        assertThat(done.availablePermits()).isGreaterThanOrEqualTo(2);
        assertThatThrownBy(
                        () ->
                                InParallel.within(
                                        Duration.ofSeconds(5),
                                        HOSTS,
                                        host -> {
                                            throw new IllegalStateException("host " + host);
                                        }))
                .hasMessage("host 0");
    }

    private static boolean until(CountDownLatch atWork, AtomicInteger interrupted) {
        atWork.countDown();
        try {
            new CountDownLatch(1).await();
            return false;
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            return true;
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
