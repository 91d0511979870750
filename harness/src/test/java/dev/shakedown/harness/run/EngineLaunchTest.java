package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.scenario.Scenario;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineLaunchTest {
    @TempDir Path folder;

    @Test
    void vllmWaitsForItsEngineAsLongAsTheScenarioDoes() {
        assertThat(env("engineUp: 2h", "")).containsEntry("VLLM_ENGINE_READY_TIMEOUT_S", "7200");
    }

    @Test
    void vllmsOwnPatienceIsNeverCutShort() {
        assertThat(env("engineUp: 5m", "")).doesNotContainKey("VLLM_ENGINE_READY_TIMEOUT_S");
    }

    @Test
    void whatTheScenarioSetsItselfWins() {
        assertThat(env("engineUp: 2h", "env: { VLLM_ENGINE_READY_TIMEOUT_S: \"900\" }"))
                .containsEntry("VLLM_ENGINE_READY_TIMEOUT_S", "900");
    }

    private Map<String, String> env(String deadline, String env) {
        Scenario scenario =
                RunScenarios.of(
                        folder,
                        """
                        schemaVersion: 1
                        name: patient
                        question: How long is it waited for?
                        cluster: { provider: simulated, nodes: 1, gpusPerNode: 8, gpu: H100-SXM-80GB }
                        engine:
                          model: m
                          tensorParallel: 8
                          %s
                        deadlines: { %s }
                        """
                                .formatted(env, deadline));
        return EngineLaunch.command(
                        scenario,
                        scenario.engine().orElseThrow(),
                        new EngineSite("127.0.0.1", 8000, "m", false))
                .env();
    }
}
