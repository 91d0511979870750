package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(30)
// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class PatientSubmitTest {
    private static final JobSubmission JOB =
            new JobSubmission("job-1", "true", Optional.empty(), Map.of(), Map.of());
    private static final String POST = "POST /api/jobs/";

    @AutoClose private final FakeRayJobs ray = new FakeRayJobs();
    @AutoClose private final RayClient client = ray.client();

    @Test
    void headWithoutAnAgentIsAskedAgain() throws InterruptedException {
        ray.withoutAgent = 2;

        assertThat(new PatientSubmit(client, System::nanoTime).submit(() -> JOB))
                .isEqualTo("job-1");
        assertThat(ray.requests).containsOnly(POST).hasSize(3);
    }

    @Test
    void jobThatRayTookThoughItsAnswerWasLostIsNotSubmittedAgain() throws InterruptedException {
        ray.lostAnswers = 1;

        assertThat(new PatientSubmit(client, System::nanoTime).submit(() -> JOB))
                .isEqualTo("job-1");
        assertThat(ray.requests).containsExactly(POST, "GET /api/jobs/job-1");
    }

    @Test
    void patienceEnds() {
        ray.withoutAgent = 100;
        AtomicLong clock = new AtomicLong();
        PatientSubmit submit = new PatientSubmit(client, () -> clock.getAndAdd(20_000_000_000L));

        assertThatThrownBy(() -> submit.submit(() -> JOB))
                .isInstanceOf(RayRequestException.class)
                .hasMessageContaining("No available agent");
        assertThat(ray.requests).hasSize(2);
    }
}
