package dev.shakedown.workloads.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FabricJobTest {
    private static final FabricJob JOB =
            new FabricJob(2, 8, Duration.ofSeconds(60), List.of("NCCL_DEBUG", "VLLM_HOST_IP"));

    @Test
    void entrypointCarriesEveryFlag() {
        assertThat(JOB.entrypoint())
                .isEqualTo(
                        "python -u fabric_job.py --nodes 2 --gpus-per-node 8 --timeout 60"
                                + " --env NCCL_DEBUG,VLLM_HOST_IP");
    }

    @Test
    void programIsCompleteAndNamesEveryFlag() {
        assertThat(FabricJob.files())
                .containsOnlyKeys("fabric_job.py", "fabric_rank.py", "ray_job.py");
        assertThat(FabricJob.files().get("fabric_job.py"))
                .contains(JOB.argv().stream().filter(arg -> arg.startsWith("--")).toList());
    }

    @Test
    void jobWithoutGpusIsRefused() {
        assertThatThrownBy(() -> new FabricJob(2, 0, Duration.ofMinutes(1), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
