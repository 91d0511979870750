package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.LedgerRay;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Ends what a run has on a Ray of somebody else, and nothing else there. */
public final class RayEnd implements LedgerRay.End {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Override
    public EndReport end(String runId, LedgerRay place) {
        try (RayClient ray =
                new RayClient(
                        URI.create(place.dashboard()),
                        RayToken.ofEnvironment(System.getenv()),
                        PATIENCE)) {
            List<String> ended = new EngineJobs(ray, System::nanoTime).stopOf(runId, place.jobs());
            return new EndReport(
                    ended.stream()
                            .map(id -> "job %s on the Ray at %s".formatted(id, place.dashboard()))
                            .toList(),
                    List.of());
        } catch (RayRequestException | StepFailedException e) {
            return new EndReport(
                    List.of(),
                    List.of(
                            "jobs with metadata %s on the Ray at %s: %s"
                                    .formatted(
                                            Map.of(EngineJobs.RUN, runId),
                                            place.dashboard(),
                                            e.getMessage())));
        }
    }
}
