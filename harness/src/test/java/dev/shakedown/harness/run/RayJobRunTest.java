package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.ray.RayClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(30)
// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class RayJobRunTest {
    private static final RayJobRun.Program PROGRAM =
            new RayJobRun.Program("test", "true", Map.of("a.txt", "a"));
    private static final JobPatience PATIENCE =
            new JobPatience(Duration.ofMinutes(1), Duration.ofHours(1));

    private final FakeDashboard ray = new FakeDashboard();
    private final MockWebServer server = new MockWebServer();
    private final AtomicLong clock = new AtomicLong();
    private final Reader reader = new Reader();
    private RayClient client;

    @BeforeEach
    void start() throws IOException {
        server.setDispatcher(ray);
        server.start();
        client = new RayClient(server.url("/").uri(), Optional.empty());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void lastWordsOfAJobThatIsNotNeededAnyMoreAreRead() {
        reader.needless = Optional.of("the engine has ended");
        ray.lastWords = "last words\n";

        assertThat(run().failure()).contains("the engine has ended");

        assertThat(reader.lines).containsExactly("last words");
    }

    @Test
    void lastWordsAreReadAfterAnInterruptTooWhichStaysSet() {
        ray.log = "line\n";
        ray.lastWords = "last words\n";
        Thread working = Thread.currentThread();
        reader.onLine = working::interrupt;

        assertThat(run().failure()).contains("interrupted");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(reader.lines).containsExactly("line", "last words");
    }

    @Test
    void wholeLogIsNotFetchedAgainForAJobThatHasSaidItsLastLine() {
        ray.log = "end\n";
        ray.running = 1;
        ray.status = "SUCCEEDED";

        assertThat(run().failure()).isEmpty();

        assertThat(ray.requests).filteredOn(request -> request.endsWith("/logs")).hasSize(1);
    }

    @Test
    void slowAnswersAreNoLostRay() {
        ray.missed = 2;
        ray.log = "end\n";
        ray.status = "SUCCEEDED";

        assertThat(run(Duration.ofMinutes(1)).failure()).isEmpty();
    }

    @Test
    void jobIsStoppedWhereRayWasLost() {
        ray.missed = Integer.MAX_VALUE;

        assertThat(run(Duration.ofSeconds(5)).failure())
                .hasValueSatisfying(why -> assertThat(why).contains("lost Ray"));

        assertThat(stopped()).isTrue();
    }

    @Test
    void jobIsStoppedWhereItsFilesCannotBeKept() {
        ray.log = "line\n";
        reader.onLine =
                () -> {
                    throw new UncheckedIOException(new IOException("No space left on device"));
                };

        assertThatThrownBy(this::run).isInstanceOf(UncheckedIOException.class);

        assertThat(stopped()).isTrue();
    }

    @Test
    void jobIsStoppedWhoseSubmitWasInterrupted() {
        Thread working = Thread.currentThread();
        ray.refusedSubmits = 1;
        ray.whenSubmitted = working::interrupt;

        assertThat(run().failure()).contains("interrupted");

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped()).isTrue();
    }

    @Test
    void jobThatHasEndedIsNotStopped() {
        ray.log = "end\n";
        ray.status = "SUCCEEDED";

        assertThat(run().failure()).isEmpty();

        assertThat(stopped()).isFalse();
    }

    @Test
    void wayOfTheFilesToRayIsNotTheJobsTime() {
        ray.whenFilesCome = () -> pass(PATIENCE.start().plus(PATIENCE.work()));
        ray.log = "end\n";
        ray.status = "SUCCEEDED";

        assertThat(run().failure()).isEmpty();
    }

    @Test
    void jobThatDoesNotBeginIsGivenUpBeforeItsWorkWouldBe() {
        reader.begun = false;

        assertThat(run(Duration.ofSeconds(10)).failure())
                .contains("the job had not begun by its timeout and was stopped; a sign of life");
        assertThat(clock.get()).isLessThan(PATIENCE.work().toNanos());
    }

    @Test
    void timeOfTheWorkBeginsWithIt() {
        reader.begun = false;
        reader.onLine = () -> reader.begun = true;
        ray.log = "begun\n";
        ray.running = 5;
        ray.status = "FAILED";
        ray.message = "broken";

        assertThat(run(Duration.ofSeconds(3)).failure())
                .hasValueSatisfying(why -> assertThat(why).contains("broken"));
        assertThat(clock.get()).isGreaterThan(PATIENCE.start().toNanos());
    }

    private RayJobRun.Ended run() {
        return run(Duration.ofSeconds(1));
    }

    /** Each look at the clock takes so long. */
    private RayJobRun.Ended run(Duration look) {
        return new RayJobRun(client, () -> pass(look)).run(PROGRAM, PATIENCE, reader);
    }

    private long pass(Duration time) {
        return clock.addAndGet(time.toNanos());
    }

    private boolean stopped() {
        return ray.requests.stream().anyMatch(request -> request.endsWith("/stop"));
    }

    private static final class Reader implements JobReader {
        private final List<String> lines = new ArrayList<>();
        private Runnable onLine = () -> {};
        private Optional<String> needless = Optional.empty();
        private boolean begun = true;

        @Override
        public boolean accept(String line) {
            lines.add(line);
            onLine.run();
            return true;
        }

        @Override
        public boolean begun() {
            return begun;
        }

        @Override
        public boolean ended() {
            return lines.contains("end");
        }

        @Override
        public Optional<String> error() {
            return Optional.empty();
        }

        @Override
        public Optional<String> needless() {
            return needless;
        }

        @Override
        public Optional<String> waitingFor() {
            return Optional.of("a sign of life");
        }
    }
}
