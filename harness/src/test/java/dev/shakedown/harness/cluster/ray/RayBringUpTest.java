package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RayBringUpTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @AutoClose private final FakeRayJobs ray = new FakeRayJobs();
    @AutoClose private final RayClient client = ray.client();

    @Test
    void workersStartOnceTheHeadIsRegistered() {
        List<String> started = new CopyOnWriteArrayList<>();

        assertThat(up(() -> registers(started, "head"), () -> registers(started, "worker")).up())
                .hasSize(2);

        assertThat(started).containsExactly("head of 0", "worker of 1");
    }

    @Test
    void rayThatEndsIsNamedWithItsLastLines() {
        assertThatThrownBy(() -> up(() -> process(Optional.of(7))).up())
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("ray start ended with status 7")
                .extracting(failure -> ((StepFailedException) failure).evidence())
                .isEqualTo(List.of("last line"));
    }

    @Test
    void workerThatFailsInAnUnforeseenWayEndsTheBringUp() {
        UncheckedIOException full = new UncheckedIOException(new IOException("disk full"));
        RayBringUp bringUp =
                up(
                        () -> registers(new ArrayList<>(), "head"),
                        () -> {
                            throw full;
                        });

        assertThat(catchThrowable(bringUp::up)).isSameAs(full);
    }

    /** Teardown comes next: a worker that still starts then would stay. */
    @Test
    void interruptWaitsForTheWorkersThatAreStarting() throws InterruptedException {
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        RayBringUp bringUp =
                up(
                        () -> registers(new ArrayList<>(), "head"),
                        () -> {
                            starting.countDown();
                            awaitUninterrupted(letGo);
                            return process(Optional.empty());
                        });
        Thread step = Thread.ofVirtual().start(() -> thrown.set(catchThrowable(bringUp::up)));

        starting.await();
        step.interrupt();
        assertThat(step.join(Duration.ofMillis(300))).isFalse();
        letGo.countDown();
        step.join();

        assertThat(thrown.get()).hasMessageContaining("interrupted while Ray came up");
    }

    private RayBringUp up(RayBringUp.Starter... starters) {
        List<RayBringUp.Node> nodes =
                IntStream.range(0, starters.length)
                        .mapToObj(i -> new RayBringUp.Node("node-" + i, 1, starters[i]))
                        .toList();
        return new RayBringUp(client, nodes, LIMIT, Progress.SILENT);
    }

    private RayBringUp.Started registers(List<String> started, String name) {
        started.add(name + " of " + ray.nodes);
        ray.nodes++;
        return process(Optional.empty());
    }

    private static RayBringUp.Started process(Optional<Integer> ended) {
        return new RayBringUp.Started() {
            @Override
            public Optional<Integer> ended() {
                return ended;
            }

            @Override
            public List<String> tail() {
                return List.of("last line");
            }

            @Override
            public String log() {
                return "ray-start.log";
            }
        };
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                // As a process does that has just been started.
                continue;
            }
        }
    }
}
