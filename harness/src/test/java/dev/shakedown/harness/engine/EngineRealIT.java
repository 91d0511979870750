package dev.shakedown.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.local.MadeModel;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.EngineSpec.Executor;
import dev.shakedown.harness.scenario.Parallelism;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a real vLLM says when it cannot start, and what is told of it. */
@Timeout(900)
class EngineRealIT {
    private static final Duration DEADLINE = Duration.ofSeconds(600);

    @TempDir Path folder;

    @Test
    void aCacheThatDoesNotFitIsNamed() throws Exception {
        StepFailedException failed =
                failure(
                        tiny(Map.of("VLLM_CPU_KVCACHE_SPACE", "9000")),
                        MadeModel.tiny(),
                        freePort());

        assertThat(failed).hasMessageContaining("vLLM ended with status 1");
        assertThat(failed.evidence())
                .anyMatch(line -> line.contains("less than requested memory for kv"));
    }

    @Test
    void aModelThatIsNotThereIsNamed() throws Exception {
        StepFailedException failed = failure(tiny(Map.of()), folder.resolve("none"), freePort());

        assertThat(failed.evidence()).anyMatch(line -> line.contains(folder.resolve("none") + ""));
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            StepFailedException failed =
                    failure(tiny(Map.of()), MadeModel.tiny(), taken.getLocalPort());

            assertThat(failed).hasMessageContaining("vLLM ended with status 1");
            assertThat(failed.evidence()).anyMatch(line -> line.contains("Address already in use"));
        }
    }

    private StepFailedException failure(EngineSpec spec, Path model, int port) throws Exception {
        try (RealVllm vllm = start(spec, model, port, "broken.log")) {
            return catchThrowableOfType(
                    StepFailedException.class,
                    () ->
                            EngineReadiness.await(
                                    vllm, spec, Patience.until(DEADLINE), Progress.SILENT));
        }
    }

    private RealVllm start(EngineSpec spec, Path model, int port, String log) throws IOException {
        EngineSite site = new EngineSite("127.0.0.1", port, model.toString(), true);
        return RealVllm.start(VllmCommand.of(spec, site), port, folder.resolve(log));
    }

    private static EngineSpec tiny(Map<String, String> env) {
        return new EngineSpec(
                EngineSpec.BUILTIN_TINY,
                Optional.empty(),
                Optional.empty(),
                new Parallelism(1, 1, 1),
                Executor.MP,
                List.of("--max-model-len=1024"),
                env,
                Optional.empty());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
