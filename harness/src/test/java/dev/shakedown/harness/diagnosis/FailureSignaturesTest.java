package dev.shakedown.harness.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.engine.SampleLogs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureSignaturesTest {
    private static final FailureSignatures SIGNATURES = FailureSignatures.load();

    @TempDir Path logs;

    @TestFactory
    Stream<DynamicTest> everyPatternFindsItsOwnExample() {
        return SIGNATURES.all().stream()
                .map(
                        signature ->
                                DynamicTest.dynamicTest(
                                        signature.id(),
                                        () ->
                                                assertThat(
                                                                new LineMatcher(signature.pattern())
                                                                        .find(
                                                                                signature
                                                                                        .exampleLine()))
                                                        .isTrue()));
    }

    @Test
    void idsAreUnique() {
        assertThat(SIGNATURES.all()).hasSizeGreaterThan(140);
        assertThat(SIGNATURES.all()).extracting(Signature::id).doesNotHaveDuplicates();
    }

    /** It is shown alone, without the entry that stands before it in the file. */
    @Test
    void noAdviceRefersToAnotherEntry() {
        assertThat(SIGNATURES.all())
                .flatExtracting(Signature::cause, Signature::confirm, Signature::fix)
                .noneMatch(text -> text.toString().matches("(?i).*\\b(as|same as) above\\b.*"))
                .noneMatch(text -> text.toString().matches("As [a-z0-9-]+\\."));
    }

    @ParameterizedTest
    @CsvSource({
        "broken-ray-dashboard-port-in-use.log, ray-port-conflict",
        "broken-ray-raylet-sigkilled-driver.log, raylet-terminated",
        "broken-ray-second-head-same-port.log, ray-session-mismatch",
        "broken-ray-version-mismatch-status.log, ray-version-mismatch-cli",
        "broken-ray-version-mismatch-worker.log, ray-version-mismatch",
        "broken-ray-wrong-head-address.log, ray-gcs-connect-rpc",
        "broken-vllm-2node-master-unreachable-node1.log, c10d-connect-failed",
        "broken-vllm-kv-cache-too-large.log, cpu-kv-too-large",
        "broken-vllm-port-in-use.log, os-eaddrinuse",
        "broken-vllm-ray-executor-on-cpu.log, ray-not-initialised",
        "broken-vllm-wrong-model-path.log, repo-id-path",
        "ray-auth-token-mode-no-token.log, ray-auth-no-token",
        "vllm-pp2.log, cpu-pp-eager",
        "vllm-ray-executor-plugin-tp2.log, raylet-terminated",
    })
    void aBrokenSetUpIsNamed(String sample, String id) throws IOException {
        Files.createDirectories(logs.resolve("node-1"));
        Files.copy(SampleLogs.file(sample), logs.resolve("node-1").resolve(sample));

        Match match = SIGNATURES.match(logs, FailureSignatures.NORMAL_ON_ONE_HOST).orElseThrow();

        assertThat(match.id()).isEqualTo(id);
        assertThat(match.role()).isEqualTo("primary");
        assertThat(match.node()).isEqualTo("node-1");
        assertThat(SampleLogs.lines(sample).get((int) match.line() - 1))
                .contains(match.text().substring(0, Math.min(60, match.text().length())));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vllm-startup.log",
                "vllm-tp1-warm.log",
                "vllm-tp2.log",
                "ray-start-head.log",
                "ray-start-worker.log",
                "ray-auth-head.log",
                "ray-auth-unset-head.log",
                "ray-2nd-node-same-host.log"
            })
    void aHealthyLogNamesNoCause(String sample) {
        assertThat(SIGNATURES.match(SampleLogs.lines(sample), FailureSignatures.NORMAL_ON_ONE_HOST))
                .isEmpty();
    }

    @Test
    void aLowerLayerExplainsAHigherOne() throws IOException {
        write("a/vllm.log", "ValueError: No available memory for the cache blocks.");
        write("b/dmesg.txt", "NVRM: Xid (PCI:0000:3b:00): 79, pid=1, GPU has fallen off the bus.");

        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow())
                .returns("xid-79", Match::id)
                .returns("b", Match::node)
                .returns("b/dmesg.txt", Match::file);
    }

    @Test
    void theEarliestCauseOfALayerIsNamedWhicheverFormTheTimeHas() throws IOException {
        write(
                "a/vllm.log",
                "(Worker pid=7) ERROR 11-26 06:07:48 [worker.py:1] ValueError: No available memory for the cache blocks.");
        write(
                "b/worker.err",
                "[2026-11-26 06:07:12,637 W 4363 4363] something",
                "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB");

        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow().file()).isEqualTo("b/worker.err");
    }

    @Test
    void aCauseGoesBeforeAnEarlierConsequence() throws IOException {
        write(
                "a/vllm.log",
                "Engine core initialization failed. See root cause above. Failed core proc(s): {}",
                "ValueError: No available memory for the cache blocks.");

        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow().id()).isEqualTo("kv-none");
    }

    @Test
    void aConsequenceIsBetterThanNothingAndSaysWhatItIs() throws IOException {
        write("a/vllm.log", "Worker proc VllmWorker-0 died unexpectedly, shutting down executor.");

        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow())
                .returns("worker-died-mp", Match::id)
                .returns("secondary", Match::role);
    }

    /** As vLLM 0.24 wrote them on an H200, where the first lines are of no consequence. */
    @Test
    void aPackageThatTheEngineCanDoWithoutIsNoCause() throws IOException {
        write(
                "engine/vllm.log",
                "(APIServer pid=1378) WARNING 11-27 15:38:28 [cuda.py:230] Failed to import from"
                        + " vllm._qutlass_C: ModuleNotFoundError(\"No module named"
                        + " 'vllm._qutlass_C'\")",
                "(Worker pid=2952) ERROR 11-27 15:43:48 [multiproc_executor.py:898]"
                        + " ModuleNotFoundError: No module named 'flashinfer'",
                "(APIServer pid=2639) RuntimeError: Engine core initialization failed. See root"
                        + " cause above. Failed core proc(s): {}");

        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow())
                .returns("python-module-missing", Match::id)
                .returns("engine/vllm.log", Match::file);
    }

    @Test
    void whatWasOvercomeComesLast() throws IOException {
        write(
                "a/raylet.log",
                "Failed to connect to GCS at address 10.0.0.1:6379 within 5 seconds.",
                "Ray runtime started.");
        write("a/vllm.log", "ValueError: No available memory for the cache blocks.");

        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow().id()).isEqualTo("kv-none");
    }

    @Test
    void raysMonitorGoesOnWithoutItsMetricsPort() throws IOException {
        String line = "OSError: [Errno 98] Address already in use";
        write("h1/monitor.log", line);
        assertThat(SIGNATURES.match(logs, Set.of())).isEmpty();
        write("engine/vllm.log", line);
        assertThat(SIGNATURES.match(logs, Set.of())).isPresent();
    }

    @Test
    void contextIsNeverACause() throws IOException {
        write("a/nccl.log", "h:1:1 [0] NCCL INFO Using network Socket");

        assertThat(SIGNATURES.match(logs, Set.of())).isEmpty();
    }

    @Test
    void coloursBinaryAndCompressedFilesDoNotDisturb() throws IOException {
        write("a/core.bin", "\0ValueError: No available memory for the cache blocks.");
        try (OutputStream gz =
                new GZIPOutputStream(Files.newOutputStream(logs.resolve("a/old.log.gz")))) {
            gz.write("Raylet is terminated. Termination is unexpected".getBytes());
        }
        assertThat(SIGNATURES.match(logs, Set.of())).isEmpty();

        write("a/vllm.log", "Raylet \u001b[31mis terminated\u001b[0m. Termination is unexpected.");
        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow().id())
                .isEqualTo("raylet-terminated");
    }

    @Test
    void theNodeIsTheOneThatRayNamesInTheLine() throws IOException {
        write(
                "head/vllm.log",
                "(RayWorkerProc pid=2833, ip=10.77.0.12) RuntimeError: No CUDA GPUs are available");

        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow().node()).isEqualTo("10.77.0.12");
    }

    @Test
    void secretsStayOutOfTheEvidence() throws IOException {
        write(
                "head/vllm.log",
                "RuntimeError: No CUDA GPUs are available api_key='abcdefgh12345678' hf_abcdefghij12");

        assertThat(SIGNATURES.match(logs, Set.of()).orElseThrow().text())
                .doesNotContain("abcdefgh")
                .contains("***");
    }

    @Test
    void aFolderThatIsMissingHoldsNoCause() {
        assertThat(SIGNATURES.match(logs.resolve("none"), Set.of())).isEmpty();
    }

    @Test
    void aPathologicalLineCostsABoundedNumberOfSteps() {
        LineMatcher catastrophic = new LineMatcher("x(a+)+$");

        assertThat(catastrophic.find("x" + "a".repeat(3000) + "!")).isFalse();
    }

    @Test
    void theLiteralOfAPatternIsPartOfEveryMatch() {
        assertThat(LineMatcher.literalOf("abc(?:x|y)?defg\\d+")).isEqualTo("defg");
        assertThat(LineMatcher.literalOf("abcd?")).isEqualTo("abc");
        assertThat(LineMatcher.literalOf("foo|bar")).isEmpty();
        assertThat(LineMatcher.literalOf("a\\.b[|)]xyz")).isEqualTo("a.b");
        assertThat(LineMatcher.literalOf("(?i)abc")).isEmpty();
    }

    private void write(String name, String... lines) throws IOException {
        Path file = logs.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, List.of(lines));
    }
}
