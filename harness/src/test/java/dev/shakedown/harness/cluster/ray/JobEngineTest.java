package dev.shakedown.harness.cluster.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(60)
// They mostly wait.
@Execution(ExecutionMode.CONCURRENT)
class JobEngineTest {
    private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

    @TempDir private Path folder;
    private FakeRayJobs ray;
    private Optional<JobEngine> engine = Optional.empty();

    @BeforeEach
    void start() throws IOException {
        ray = new FakeRayJobs();
    }

    @AfterEach
    void stop() {
        engine.ifPresent(JobEngine::close);
        ray.close();
    }

    @Test
    void linesOfFurtherNodesCarryTheirAddressAndTheFirstThatEndsIsTheEnd() throws IOException {
        JobEngine running = started(2);

        ends("part-0", "RUNNING", "serving\n");
        ends("part-1", "FAILED", "out of memory\n");

        await(() -> running.exitStatus().isPresent());
        assertThat(running.exitStatus()).hasValue(1);
        await(() -> log().contains("serving"));
        assertThat(log()).contains("(vLLM, ip=10.0.0.2) out of memory").doesNotContain("=10.0.0.1");
    }

    @Test
    void endIsNoticedThoughTheLogCannotBeWritten() throws IOException {
        JobEngine running = started(1);
        Files.delete(folder.resolve("vllm.log"));
        Files.createDirectory(folder.resolve("vllm.log"));

        ends("part-0", "FAILED", "line\n");

        await(() -> running.exitStatus().isPresent());
        assertThat(running.exitStatus()).hasValue(1);
    }

    @Test
    void headWithoutAnAgentIsAskedAgain() {
        ray.withoutAgent = 1;

        assertThat(started(2).exitStatus()).isEmpty();

        assertThat(ray.jobs.keySet()).containsExactlyInAnyOrder("part-0", "part-1");
    }

    @Test
    void partThatIsRefusedLeavesNoOtherRunning() {
        ray.refused = "part-1";

        assertThatThrownBy(() -> started(2))
                .isInstanceOf(RayRequestException.class)
                .hasMessageContaining("no such resource");
        assertThat(ray.jobs.get("part-0").status()).isEqualTo("STOPPED");
    }

    @Test
    void partsAreStoppedAtTheSameTime() {
        ray.stopMillis = 1_500;
        JobEngine running = started(4);
        long began = System.nanoTime();

        running.close();

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(4));
        assertThat(ray.jobs.values()).allMatch(job -> job.status().equals("STOPPED"));
    }

    private JobEngine started(int parts) {
        List<JobEngine.Part> all =
                IntStream.range(0, parts)
                        .mapToObj(
                                i ->
                                        new JobEngine.Part(
                                                "part-" + i,
                                                "10.0.0." + (i + 1),
                                                "vllm serve",
                                                Map.of()))
                        .toList();
        JobEngine running = JobEngine.start(ray.client(), NOWHERE, all, folder.resolve("vllm.log"));
        engine = Optional.of(running);
        return running;
    }

    private void ends(String id, String status, String log) {
        ray.jobs.put(id, new FakeRayJobs.Job(id, "", status, log));
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("vllm.log"));
        } catch (IOException e) {
            return "";
        }
    }

    private static void await(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
