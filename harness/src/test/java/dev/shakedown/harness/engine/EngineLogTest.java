package dev.shakedown.harness.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shakedown.harness.cluster.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineLogTest {
    @TempDir Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("vllm.log");
    }

    @Test
    void aFileThatIsNotThereYetSaysNothing() {
        assertThat(new EngineLog(file).poll()).isEmpty();
    }

    @Test
    void aTornLineIsReadWhenItIsWhole() throws IOException {
        EngineLog log = new EngineLog(file);
        append("(EngineCore pid=1) INFO 11-23 20:27:46 [k.py:1] GPU KV cache ");

        assertThat(log.poll()).isEmpty();

        append("size: 2,048 tokens\nnext");
        assertThat(log.poll()).containsExactly(new EngineEvent.KvCache(2048));
        assertThat(log.poll()).isEmpty();
    }

    @Test
    void coloursAndCarriageReturnsAreNotPartOfALine() throws IOException {
        append(
                "\u001b[36m(EngineCore pid=1)\u001b[0;0m INFO 11-23 20:27:46 [k.py:1]"
                        + " GPU KV cache size: 7 tokens\r\n");
        append(
                "Loading safetensors checkpoint shards:   0% Completed\r"
                        + "Loading safetensors checkpoint shards:  50% Completed\r");

        assertThat(new EngineLog(file).poll())
                .containsExactly(
                        new EngineEvent.KvCache(7),
                        new EngineEvent.LoadingWeights(0),
                        new EngineEvent.LoadingWeights(0.5));
    }

    @Test
    void aLineOfTenMegabytesIsCutAndTheNextOneRead() throws IOException {
        append(
                "x".repeat(10 << 20)
                        + "\nINFO 11-23 20:27:46 [k.py:1] GPU KV cache size: 7 tokens\n");
        EngineLog log = new EngineLog(file);

        assertThat(log.poll()).containsExactly(new EngineEvent.KvCache(7));
        assertThat(log.lastLines().getFirst()).hasSize(LogTail.MAX_LINE);
    }

    @Test
    void aFileThatStartsAgainIsReadFromItsStart() throws IOException {
        append("a line that is long enough to be longer than the next\n");
        EngineLog log = new EngineLog(file);
        log.poll();
        Files.writeString(file, "GPU KV cache size: 7 tokens\n");

        assertThat(log.poll()).containsExactly(new EngineEvent.KvCache(7));
    }

    @Test
    void loadingIsSaidAsItGoes() throws IOException {
        Files.copy(SampleLogs.file("vllm-tp2.log"), file);
        List<String> said = new ArrayList<>();

        new EngineLog(file).poll(listener(said));

        assertThat(said)
                .startsWith("vLLM 0.32.0")
                .contains(
                        "KV cache holds 1,048,576 tokens",
                        "engineInit took 3.7 s",
                        "server starts on http://127.0.0.1:8002");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "broken-vllm-kv-cache-too-large.log | Worker: ValueError: Available memory on node 0",
                "broken-vllm-port-in-use.log | OSError: [Errno 98] Address already in use",
                "broken-vllm-ray-executor-on-cpu.log |   Value error, Failed to import Ray",
                "broken-vllm-2node-master-unreachable-node1.log | Worker:"
                        + " torch.distributed.DistNetworkError: The client socket has failed",
                "broken-vllm-wrong-model-path.log | huggingface_hub.errors.HFValidationError:"
                        + " Repo id must be in the form",
                "vllm-pp2.log | Worker_PP1: AssertionError",
                "vllm-ray-executor-plugin-tp2.log | EngineCore: RayWorkerProc rank=[1] died",
            })
    void theTellingLinesNameTheCause(String sample, String line) {
        List<String> telling = new EngineLog(SampleLogs.file(sample)).telling();

        assertThat(telling).anySatisfy(said -> assertThat(said.strip()).startsWith(line));
        assertThat(telling).hasSizeLessThanOrEqualTo(6);
        assertThat(telling).noneSatisfy(said -> assertThat(said).contains("See root cause above"));
    }

    @Test
    void withoutAnErrorTheLastLinesMustDo() throws IOException {
        append("one\ntwo\nthree without end");

        assertThat(new EngineLog(file).telling())
                .containsExactly("one", "two", "three without end");
    }

    @Test
    void secretsStayOutOfWhatIsShown() throws IOException {
        append("non-default args: {'api_key': ['geheim-1234'], 'hf_token': 'hf_abcdefghijk'}\n");

        assertThat(new EngineLog(file).telling())
                .containsExactly("non-default args: {'api_key': ['***'], 'hf_token': '***'}");
    }

    @Test
    void ordinaryWordsAboutTokensAreNotSecrets() {
        String line = "CPU KV cache size: 1,048,576 tokens, token: 7, tokenizer='/models/tiny'";

        assertThat(Secrets.masked(line)).isEqualTo(line);
        assertThat(Secrets.masked("Authorization: Bearer abcdef123456"))
                .isEqualTo("Authorization: Bearer ***");
        assertThat(Secrets.masked("http://me:secret@proxy/")).isEqualTo("http://***@proxy/");
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Progress listener(List<String> said) {
        return new Progress() {
            @Override
            public void say(String line) {
                said.add(line);
            }

            @Override
            public void bar(String name, double fraction) {}
        };
    }
}
