package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.LedgerRay;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RayEndTest {
    private static final String RUN = "20260101T000000Z-nightly-0a1b2c";

    @AutoClose private final FakeRayJobs ray = new FakeRayJobs();

    @Test
    void onlyTheRunsOwnJobsAreStopped() {
        has("mine", RUN, "RUNNING");
        has("done", RUN, "SUCCEEDED");
        has("others", "another-run", "RUNNING");

        EndReport report = end(List.of("mine"));

        assertThat(report.clean()).isTrue();
        assertThat(report.ended()).singleElement().asString().startsWith("job mine on the Ray at");
        assertThat(ray.jobs.get("others").status()).isEqualTo("RUNNING");
        assertThat(ray.jobs.get("done").status()).isEqualTo("SUCCEEDED");
    }

    @Test
    void jobThatRayTakesWhileTheRunIsEndedIsStoppedToo() {
        Thread late =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    sleep(600);
                                    has("late", RUN, "PENDING");
                                });

        EndReport report = end(List.of("late"));

        assertThat(late.isAlive()).isFalse();
        assertThat(report.ended()).singleElement().asString().contains("job late");
        assertThat(ray.jobs.get("late").status()).isEqualTo("STOPPED");
    }

    @Test
    void rayOutOfReachIsNamedWithHowItsJobsAreFound() {
        ray.close();

        assertThat(end(List.of()).notEnded())
                .singleElement()
                .asString()
                .contains("shakedownRun=" + RUN, ray.url());
    }

    private EndReport end(List<String> announced) {
        return new RayEnd().end(RUN, new LedgerRay(ray.url(), announced));
    }

    private void has(String id, String run, String status) {
        ray.jobs.put(id, new FakeRayJobs.Job(id, run, status));
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
