package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.ReusableProvider;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.KeptCluster;
import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.workloads.measure.RunClock;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class DownStepTest {
    /** Nobody listens there. */
    private static final Cluster DEAD =
            new Cluster(Optional.of(URI.create("http://127.0.0.1:9")), Optional.empty(), List.of());

    @TempDir private Path folder;
    private final Keeping provider = new Keeping();
    private RunContext run;
    private EventLog events;

    @BeforeEach
    void makeRun() {
        RunDirectory directory = RunDirectory.create(folder, "fake", Instant.now());
        RunClock clock = RunClock.startNow();
        events = new EventLog(directory.events(), clock);
        run =
                new RunContext(
                        RunScenarios.bringUpOnly(folder),
                        directory,
                        events,
                        new SilentListener(),
                        new RunContext.Wiring(clock, provider));
        run.cluster(DEAD);
    }

    @AfterEach
    void close() {
        events.close();
    }

    @Test
    void engineOfAReusedClusterIsEndedThoughItsRayIsGone() {
        run.reused(kept());

        assertThatThrownBy(() -> new DownStep(Ending.COMPLETE, false).execute(run))
                .isInstanceOf(RayRequestException.class);
        assertThat(provider.calls).containsExactly("release");
    }

    @Test
    void clusterThatCannotBeKeptIsEnded() {
        run.cluster(DEAD);

        assertThat(new DownStep(Ending.COMPLETE, true).execute(run).toString())
                .contains("not kept, no answer from Ray's dashboard");
        assertThat(provider.calls).containsExactly("down");
    }

    @Test
    void clusterWhoseEngineDoesNotEndIsEndedWithIt() {
        FakeDashboard ray = new FakeDashboard();
        provider.whenReleased =
                () -> {
                    throw new StepFailedException("pid 42 is still there", "", List.of(), "");
                };

        String said = ray.during(at -> downOf(at).toString());

        assertThat(said).contains("not kept, pid 42 is still there");
        assertThat(provider.calls).containsExactly("release", "down");
        assertThat(KeptClusters.ofUser().named(run.directory().id())).isEmpty();
    }

    private Step.Result downOf(URI dashboard) {
        run.cluster(new Cluster(Optional.of(dashboard), Optional.empty(), List.of()));
        return new DownStep(Ending.COMPLETE, true).execute(run);
    }

    private static KeptRun kept() {
        KeptCluster cluster =
                new KeptCluster("s", Map.of(), "http://127.0.0.1:9", List.of(), Map.of(), Map.of());
        return new KeptRun("before", "", cluster, "before", Optional.empty(), Optional.empty());
    }

    private static final class Keeping extends FakeProvider implements ReusableProvider {
        Runnable whenReleased = () -> {};

        @Override
        public Map<String, String> layout() {
            return Map.of();
        }

        @Override
        public Cluster attach(KeptCluster kept, Optional<String> token) {
            return DEAD;
        }

        @Override
        public void release() {
            calls.add("release");
            whenReleased.run();
        }
    }
}
