package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.workloads.agent.AgentLine;
import dev.shakedown.workloads.load.LoadResult;
import dev.shakedown.workloads.measure.RunClock;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(30)
// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class RemoteLoadTest {
    private static final RayJobRun.Program PROGRAM =
            new RayJobRun.Program("load", "true", Map.of("a.txt", "a"));
    private static final Cluster.Node NODE = new Cluster.Node("a1", "10.0.0.1", "gpu1", 2, true);
    private static final JobPatience NONE = new JobPatience(Duration.ofMinutes(5), Duration.ZERO);
    private static final JobPatience AMPLE = JobPatience.of(Duration.ofMinutes(5));

    @TempDir Path folder;

    private final FakeDashboard ray = new FakeDashboard();
    private RunContext run;
    private EventLog events;

    @BeforeEach
    void start() {
        RunDirectory directory = new RunDirectory(folder);
        RunClock clock = RunClock.startNow();
        events = new EventLog(directory.events(), clock);
        run =
                new RunContext(
                        RunScenarios.withLoad(folder, "poisson: 25/s"),
                        directory,
                        events,
                        new SilentListener(),
                        new RunContext.Wiring(clock, new FakeProvider()));
        ray.log = new AgentLine.Start(Map.of(), 0).text() + "\n";
        ray.lastWords = end(Loads.good().stopped().build());
    }

    @AfterEach
    void close() {
        events.close();
    }

    @Test
    void whatWasMeasuredUntilTheEngineEndedIsThere() {
        assertThat(made(OptionalInt.of(1), AMPLE))
                .hasValueSatisfying(load -> assertThat(load.stopped()).isTrue());
    }

    @Test
    void loadThatIsStoppedAtItsTimeoutHasFailedAndItsNumbersAreKept() {
        assertThatThrownBy(() -> made(OptionalInt.empty(), NONE))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("had not ended by its timeout");

        assertThat(run.load()).hasValueSatisfying(load -> assertThat(load.stopped()).isTrue());
    }

    @Test
    void loadThatIsWholeCountsHoweverRayTookItsEnd() {
        ray.log += end(Loads.good().build());
        ray.status = "FAILED";

        assertThat(made(OptionalInt.empty(), AMPLE)).isPresent();
    }

    private Optional<LoadResult> made(OptionalInt exit, JobPatience patience) {
        return ray.during(
                dashboard -> {
                    run.cluster(
                            new Cluster(Optional.of(dashboard), Optional.empty(), List.of(NODE)));
                    return new RemoteLoad(run, new Engine(exit), new LoadPlace(NODE))
                            .run(PROGRAM, patience);
                });
    }

    private static String end(LoadResult load) {
        return new AgentLine.End(Optional.of(load), Optional.empty(), Map.of()).text() + "\n";
    }

    private record Engine(OptionalInt exitStatus) implements RunningEngine {
        @Override
        public URI baseUrl() {
            return URI.create("http://10.0.0.1:8000");
        }

        @Override
        public Optional<Path> log() {
            return Optional.empty();
        }
    }
}
