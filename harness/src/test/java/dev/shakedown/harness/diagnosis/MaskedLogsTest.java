package dev.shakedown.harness.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedLogsTest {
    private static final byte[] NOT_UTF8 = {'a', (byte) 0xff, (byte) 0xfe, 'b', '\n'};

    @TempDir Path logs;

    @Test
    void secretsAreGoneAndEveryOtherByteIsKept() throws IOException {
        Path file = write("h1/vllm.log", "HF_TOKEN=hf_abcdefghijkl and more\n");
        Path binary = logs.resolve("h1/raw");
        Files.write(binary, NOT_UTF8);

        MaskedLogs.in(logs);

        assertThat(file).content().isEqualTo("HF_TOKEN=*** and more\n");
        assertThat(Files.readAllBytes(binary)).isEqualTo(NOT_UTF8);
        assertThat(logs.resolve("h1")).isDirectoryNotContaining("glob:**.masked");
    }

    @Test
    void bundleHoldsAllFilesWithoutSecrets() throws IOException {
        write("h1/vllm.log", "api_key: sk-1234567890\n");
        write("h2/raylet.out", "fine\n");
        Path zip = logs.resolveSibling(logs.getFileName() + ".zip");

        assertThat(MaskedLogs.bundle(logs, zip)).isEqualTo(2);

        try (ZipFile bundle = new ZipFile(zip.toFile())) {
            assertThat(bundle.size()).isEqualTo(2);
            byte[] text = bundle.getInputStream(bundle.getEntry("h1/vllm.log")).readAllBytes();
            assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo("api_key: ***\n");
        }
        Files.delete(zip);
    }

    @Test
    void noLogsAreNoTrouble() {
        MaskedLogs.in(logs.resolve("missing"));
        assertThat(logs.resolve("missing")).doesNotExist();
    }

    private Path write(String name, String text) throws IOException {
        Path file = logs.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
