package dev.shakedown.harness.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskedLogsTest {
    private static final byte[] NOT_UTF8 = {'a', (byte) 0xff, (byte) 0xfe, 'b'};
    private static final String SECRET = "HF_TOKEN=hf_abcdefghijkl";

    @TempDir Path logs;

    @Test
    void secretsAreGoneAndEveryOtherByteIsKept() throws IOException {
        Path file = write("h1/vllm.log", " 10 %\r 20 %\r\n" + SECRET + " and more\r\nno line end");
        Path binary = logs.resolve("h1/raw");
        Files.write(binary, NOT_UTF8);

        assertThat(MaskedLogs.in(logs)).isEmpty();

        assertThat(Files.readString(file))
                .isEqualTo(" 10 %\r 20 %\r\nHF_TOKEN=*** and more\r\nno line end");
        assertThat(Files.readAllBytes(binary)).isEqualTo(NOT_UTF8);
        assertThat(logs.resolve("h1")).isDirectoryNotContaining("glob:**.masked");
    }

    @Test
    void fileWithoutSecretStaysTheSameFile() throws IOException {
        Path file = write("h1/raylet.out", "fine\n");
        Object before = key(file);

        MaskedLogs.in(logs);

        assertThat(key(file)).isEqualTo(before);
    }

    @Test
    void compressedFileIsLeftAlone() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(SECRET.getBytes(StandardCharsets.UTF_8));
        }
        // What a compressed stream may hold by chance.
        bytes.writeBytes(SECRET.getBytes(StandardCharsets.UTF_8));
        Path file = logs.resolve("old.log.gz");
        Files.write(file, bytes.toByteArray());

        assertThat(MaskedLogs.in(logs)).isEmpty();

        assertThat(Files.readAllBytes(file)).isEqualTo(bytes.toByteArray());
    }

    @Test
    void fileThatIsStillWrittenIsLeftToItsWriterAndNamed() throws IOException {
        Path file = logs.resolve("head/ray-start.log");
        Files.createDirectories(file.getParent());
        try (OutputStream writer = Files.newOutputStream(file)) {
            writer.write((SECRET + "\n").getBytes(StandardCharsets.UTF_8));

            assertThat(MaskedLogs.in(logs))
                    .containsExactly(
                            "head/ray-start.log: holds a secret; not masked, for a process still writes to it");
            writer.write("more\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(file).content().isEqualTo(SECRET + "\nmore\n");
        assertThat(MaskedLogs.in(logs)).isEmpty();
        assertThat(file).content().isEqualTo("HF_TOKEN=***\nmore\n");
    }

    @Test
    void onlyAFileWithASecretIsRemovedWhereNoneCanBeWritten() throws IOException {
        Path telling = write("a.log", SECRET + "\n");
        Path harmless = write("b.log", "fine\n");
        // As a full disk does, this keeps the new file from being written, also for root.
        Files.createDirectories(logs.resolve("a.log.masked/in the way"));
        Files.createDirectories(logs.resolve("b.log.masked/in the way"));

        assertThat(MaskedLogs.in(logs))
                .singleElement()
                .asString()
                .startsWith("a.log: removed, for it holds a secret and cannot be rewritten: ");

        assertThat(telling).doesNotExist();
        assertThat(harmless).exists();
    }

    @Test
    void noLogsAreNoTrouble() {
        assertThat(MaskedLogs.in(logs.resolve("missing"))).isEmpty();
        assertThat(logs.resolve("missing")).doesNotExist();
    }

    private static Object key(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    private Path write(String name, String text) throws IOException {
        Path file = logs.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }
}
