package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.ray.FakeRayJobs;
import dev.shakedown.harness.scenario.ForeignRaySpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.ScenarioFile;
import dev.shakedown.harness.scenario.ScenarioLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ForeignRayProviderTest {
    @TempDir private Path folder;
    private FakeRayJobs ray;
    private String run = "";

    @BeforeEach
    void start() throws IOException {
        ray = new FakeRayJobs();
        ray.nodes = 1;
        run = "run-" + System.nanoTime();
    }

    @AfterEach
    void stop() {
        ray.close();
    }

    /** As when a step that was given up at its deadline has just sent its request. */
    @Test
    void jobThatRayTakesDuringTeardownIsEndedAndNoneStartsAfterIt() throws IOException {
        ForeignRayProvider provider = provider();
        provider.up(Progress.SILENT);
        provider.willSubmit("late");
        assertThat(folder.resolve("ledger.json")).content().contains("\"late\"");
        Thread arrival = Thread.ofVirtual().start(this::arrives);

        provider.down();

        assertThat(arrival.isAlive()).isFalse();
        assertThat(ray.jobs.get("late").status()).isEqualTo("STOPPED");
        assertThatThrownBy(() -> provider.willSubmit("later"))
                .isInstanceOf(StepFailedException.class)
                .hasMessageContaining("this run has been ended");
    }

    private void arrives() {
        try {
            Thread.sleep(700);
            ray.jobs.put("late", new FakeRayJobs.Job("late", run, "RUNNING"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ForeignRayProvider provider() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("s.yaml"),
                        """
                        schemaVersion: 1
                        name: foreign
                        question: Does it work on a Ray of somebody else?
                        cluster: { provider: attach, nodes: 1, gpusPerNode: 1 }
                        attach: { rayDashboard: "%s" }
                        """
                                .formatted(ray.url()));
        ScenarioFile read = ScenarioLoader.load(file, List.of());
        assertThat(read).isInstanceOf(ScenarioFile.Loaded.class);
        Scenario scenario = ((ScenarioFile.Loaded) read).scenarios().getFirst();
        return new ForeignRayProvider(scenario, (ForeignRaySpec) scenario.provider(), run, folder);
    }
}
