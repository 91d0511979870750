package dev.shakedown.harness.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogBundleTest {
    @TempDir private Path logs;

    @Test
    void bundleInTheFolderHoldsAllOtherFilesWithoutSecrets() throws IOException {
        write("h1/vllm.log", "api_key: sk-1234567890\r\n");
        write("h2/raylet.out", "fine");
        Path zip = logs.resolve("for-the-issue.zip");

        for (int time = 0; time < 2; time++) {
            assertThat(LogBundle.write(logs, zip).files()).isEqualTo(2);
            assertThat(entries(zip))
                    .containsExactly(
                            Map.entry("h1/vllm.log", "api_key: ***\r\n"),
                            Map.entry("h2/raylet.out", "fine"));
        }
        assertThat(logs).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void unreadableAndCompressedFilesAreLeftOutAndNamed() throws IOException {
        write("h1/vllm.log", "fine\n");
        write("h1/vllm.log.1.gz", "whatever");
        // A file that even root cannot read.
        Files.createSymbolicLink(logs.resolve("h1/memory"), Path.of("/proc/self/mem"));

        LogBundle bundle = LogBundle.write(logs, logs.resolve("bundle.zip"));

        assertThat(bundle.files()).isEqualTo(1);
        assertThat(bundle.leftOut())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("h1/memory: left out: it cannot be read: "))
                .contains(
                        "h1/vllm.log.1.gz: left out: secrets in a compressed file cannot be masked");
        assertThat(entries(logs.resolve("bundle.zip"))).containsOnlyKeys("h1/vllm.log");
    }

    @Test
    void placeThatCannotBeWrittenToIsNamed() {
        assertThatThrownBy(() -> LogBundle.write(logs, logs.resolve("no-such/bundle.zip")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot write " + logs.resolve("no-such/bundle.zip"));
    }

    private static Map<String, String> entries(Path zip) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        try (ZipFile bundle = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : bundle.stream().toList()) {
                byte[] bytes = bundle.getInputStream(entry).readAllBytes();
                entries.put(entry.getName(), new String(bytes, StandardCharsets.UTF_8));
            }
        }
        return entries;
    }

    private void write(String name, String text) throws IOException {
        Path file = logs.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
