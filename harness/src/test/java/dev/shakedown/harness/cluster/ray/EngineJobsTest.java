package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.harness.cluster.StepFailedException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EngineJobsTest {
    @AutoClose private final FakeRayJobs ray = new FakeRayJobs();

    @Test
    void everyRunsJobsAreStoppedAndNamed() {
        ray.jobs.put("a", new FakeRayJobs.Job("a", "one-run", "RUNNING"));
        ray.jobs.put("b", new FakeRayJobs.Job("b", "another", "PENDING"));
        ray.jobs.put("c", new FakeRayJobs.Job("c", "another", "SUCCEEDED"));

        try (RayClient client = ray.client()) {
            assertThat(new EngineJobs(client, System::nanoTime).stop())
                    .containsExactlyInAnyOrder("a", "b");
        }
        assertThat(ray.jobs.get("b").status()).isEqualTo("STOPPED");
        assertThat(ray.requests).doesNotContain("POST /api/jobs/c/stop");
    }

    @Test
    void jobThatDoesNotEndIsNamed() {
        ray.stopsNothing = true;
        ray.jobs.put("stuck", new FakeRayJobs.Job("stuck", "run", "RUNNING"));
        AtomicLong clock = new AtomicLong();

        try (RayClient client = ray.client()) {
            EngineJobs jobs = new EngineJobs(client, () -> clock.getAndAdd(20_000_000_000L));
            assertThatThrownBy(jobs::stop)
                    .isInstanceOf(StepFailedException.class)
                    .hasMessageContaining("do not end: stuck");
        }
    }
}
