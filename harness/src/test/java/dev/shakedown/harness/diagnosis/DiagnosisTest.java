package dev.shakedown.harness.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.diagnosis.Diagnosis.Outcome;
import dev.shakedown.harness.diagnosis.Diagnosis.Rung;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DiagnosisTest {
    private static final FailureSignatures SIGNATURES = FailureSignatures.load();
    private static final Rung UP = new Rung("ClusterUp", "", Outcome.OK, "2 nodes");

    @TempDir Path folder;

    @Test
    void aFailedStepWithAKnownLineBecomesACause() throws IOException {
        Path logs = folder.resolve("logs");
        Files.createDirectories(logs.resolve("head"));
        Files.writeString(
                logs.resolve("head/vllm.log"),
                "fine\nOSError: [Errno 98] Address already in use token=abcdefgh1234\n");
        Diagnosis diagnosis =
                Diagnosis.of(
                        List.of(UP, new Rung("EngineUp", "head", Outcome.FAILED, "exit 1")),
                        logs,
                        SIGNATURES,
                        Set.of());
        Path file = folder.resolve("diagnosis.json");

        diagnosis.write(file);

        JsonNode json = JsonMapper.builder().build().readTree(Files.readString(file));
        assertThat(json.propertyNames()).containsExactly("verdict", "rootCause", "ladder");
        assertThat(json.path("verdict").stringValue()).isEqualTo("CAUSE_FOUND");
        assertThat(json.path("rootCause").propertyNames())
                .containsExactly("id", "layer", "node", "evidence", "fix");
        assertThat(json.at("/rootCause/id").stringValue()).isEqualTo("os-eaddrinuse");
        assertThat(json.at("/rootCause/node").stringValue()).isEqualTo("head");
        assertThat(json.at("/rootCause/evidence").stringValue())
                .isEqualTo("head/vllm.log:2: OSError: [Errno 98] Address already in use token=***");
        assertThat(json.at("/ladder/1").propertyNames())
                .containsExactly("rung", "node", "verdict", "evidence");
        assertThat(json.at("/ladder/1/verdict").stringValue()).isEqualTo("FAILED");
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void withoutLogsTheFailedStepsOwnEvidenceIsLookedAt() {
        Diagnosis diagnosis =
                Diagnosis.of(
                        List.of(
                                new Rung(
                                        "EngineUp",
                                        "",
                                        Outcome.FAILED,
                                        "heading\nRuntimeError: No CUDA GPUs are available")),
                        folder.resolve("none"),
                        SIGNATURES,
                        Set.of());

        assertThat(diagnosis.rootCause().orElseThrow().id()).isEqualTo("no-cuda-gpus");
    }

    @Test
    void anUnknownFailureHasNoCause() {
        Diagnosis diagnosis =
                Diagnosis.of(
                        List.of(new Rung("Smoke", "", Outcome.FAILED, "wrong answer")),
                        folder,
                        SIGNATURES,
                        Set.of());

        assertThat(diagnosis.verdict()).isEqualTo(Diagnosis.Verdict.UNKNOWN);
        assertThat(diagnosis.json()).contains("\"rootCause\" : null");
    }

    @Test
    void whereNoStepFailedNoCauseIsSought() throws IOException {
        Files.writeString(folder.resolve("vllm.log"), "No CUDA GPUs are available");

        Diagnosis diagnosis = Diagnosis.of(List.of(UP), folder, SIGNATURES, Set.of());

        assertThat(diagnosis.verdict()).isEqualTo(Diagnosis.Verdict.HEALTHY);
        assertThat(diagnosis.rootCause()).isEmpty();
    }
}
