package dev.shakedown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellWordsTest {
    @TempDir private Path folder;

    @Test
    void bearerTokenComesFromItsFileAndIsNoArgument() throws IOException {
        Path key = folder.resolve("a key's file");
        Files.writeString(key, "s3cret\nsecond line\n");
        String line = ShellWords.withBearer(key, "curl -fsS http://host:8000/health");

        String said = bash("curl() { echo \"args: $*\"; cat; }; " + line);

        assertThat(said)
                .isEqualTo(
                        "args: -fsS http://host:8000/health -K -\n"
                                + "header = \"Authorization: Bearer s3cret\"");
    }

    @Test
    void variableThatHoldsASecretStandsForItself() {
        Map<String, String> env =
                Map.of("HF_TOKEN", "hf_geheim", "NCCL_IB_PKEY", "1", "API_KEY", "k");

        assertThat(ShellWords.line(env, List.of("vllm")))
                .isEqualTo("API_KEY=\"$API_KEY\" HF_TOKEN=\"$HF_TOKEN\" NCCL_IB_PKEY=1 vllm");
        assertThat(ShellWords.export(env)).startsWith("export API_KEY=\"$API_KEY\" ");
    }

    private static String bash(String line) throws IOException {
        Process bash = new ProcessBuilder("bash", "-c", line).redirectErrorStream(true).start();
        return new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
