package dev.shakedown.workloads.smoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PiJobTest {

    @Test
    void entrypointCarriesEveryFlag() {
        PiJob job = new PiJob(1000, 6, 25_000, 2, 8, Duration.ofMinutes(10));

        assertThat(job.entrypoint())
                .isEqualTo(
                        "python -u pi_job.py --samples-per-task 1000 --burn-seconds 6"
                                + " --matrix-size 25000 --nodes 2 --gpus-per-node 8 --timeout 600");
    }

    @Test
    void programIsCompleteAndNamesEveryFlag() {
        PiJob job = new PiJob(1000, 6, 25_000, 2, 8, Duration.ofMinutes(10));

        assertThat(PiJob.files()).containsOnlyKeys("pi_job.py", "pi_work.py", "ray_job.py");
        assertThat(PiJob.files().get("pi_job.py"))
                .contains(job.argv().stream().filter(arg -> arg.startsWith("--")).toList());
    }

    @Test
    void jobWithoutGpusIsRefused() {
        assertThatThrownBy(() -> new PiJob(1000, 6, 100, 2, 0, Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
