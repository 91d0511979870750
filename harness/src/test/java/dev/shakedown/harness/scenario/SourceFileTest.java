package dev.shakedown.harness.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that are no scenario before their first key is read, and those that look odd but are one.
 */
class SourceFileTest {
    private static final String MINIMAL =
            """
            schemaVersion: 1
            name: s
            question: Läuft es?
            cluster: { provider: simulated, nodes: 1, gpusPerNode: 8 }
            """;

    @TempDir Path folder;

    @Test
    void missingFileIsOneProblem() {
        assertThat(Loads.problems(folder.resolve("none.yaml")))
                .containsExactly("none.yaml: there is no such file; check the path");
    }

    @Test
    void misspeltFileNameIsRecognised() throws IOException {
        Files.writeString(folder.resolve("2x8-tp16.yaml"), MINIMAL);
        assertThat(Loads.problems(folder.resolve("2x8-tp61.yaml")))
                .containsExactly(
                        "2x8-tp61.yaml: there is no such file; did you mean \"2x8-tp16.yaml\"?");
    }

    @Test
    void missingFolderIsOneProblem() {
        assertThat(Loads.problems(folder.resolve("no").resolve("s.yaml")))
                .containsExactly("s.yaml: there is no such file, nor its folder; check the path");
    }

    @Test
    void directoryIsOneProblem() {
        assertThat(Loads.problems(folder))
                .containsExactly(
                        folder.getFileName() + ": this is a directory; name a scenario file in it");
    }

    @Test
    void unreadableFileIsOneProblem() throws IOException {
        Path file = Loads.write(folder, MINIMAL);
        assumeFalse(!file.toFile().setReadable(false) || Files.isReadable(file), "root reads all");
        assertThat(Loads.problems(file))
                .containsExactly(
                        "s.yaml: the file may not be read by this user; check its permissions");
    }

    @Test
    void emptyFileIsOneProblem() {
        assertThat(Loads.problems(Loads.write(folder, "")))
                .containsExactly("s.yaml:1:1: the file is empty; begin with schemaVersion: 1");
    }

    @Test
    void fileOfCommentsIsEmpty() {
        assertThat(Loads.problems(Loads.write(folder, "# nothing\n---\n")))
                .containsExactly("s.yaml:1:1: the file is empty; begin with schemaVersion: 1");
    }

    @Test
    @Timeout(5)
    void sparseFileOfOneGibibyteIsRefusedUnread() throws IOException {
        Path file = folder.resolve("big.yaml");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }
        assertThat(Loads.problems(file))
                .containsExactly(
                        "big.yaml: the file has more than 1 MiB (1,073,741,824 bytes); a scenario has a few KiB");
    }

    @Test
    void oneByteOverOneMebibyteIsRefusedAndExactlyOneIsRead() throws IOException {
        String filled = MINIMAL + "#".repeat((1 << 20) - MINIMAL.getBytes(UTF_8).length);
        assertThat(Loads.loaded(Loads.write(folder, filled)).scenarios()).hasSize(1);
        assertThat(Loads.problems(Loads.write(folder, filled + "#")))
                .containsExactly(
                        "s.yaml: the file has more than 1 MiB (1,048,577 bytes); a scenario has a few KiB");
    }

    @Test
    void latin1IsRefusedAtTheByteThatIsNotUtf8() throws IOException {
        assertThat(Loads.problems(encoded(MINIMAL, ISO_8859_1)))
                .containsExactly("s.yaml:3:12: the byte 0xE4 is not UTF-8; save the file as UTF-8");
    }

    @Test
    void textCutInTheMiddleOfACharacterIsRefused() throws IOException {
        byte[] bytes = "name: ä".getBytes(UTF_8);
        Path file = folder.resolve("s.yaml");
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(Loads.problems(file))
                .containsExactly("s.yaml:1:7: the byte 0xC3 is not UTF-8; save the file as UTF-8");
    }

    @Test
    void utf16IsRefusedByName() throws IOException {
        assertThat(Loads.problems(encoded(MINIMAL, UTF_16)))
                .containsExactly("s.yaml:1:1: the file is UTF-16; save it as UTF-8");
    }

    @Test
    void byteOrderMarkIsAccepted() {
        assertThat(Loads.one(Loads.write(folder, "\uFEFF" + MINIMAL)).question())
                .isEqualTo("Läuft es?");
    }

    @Test
    void windowsLineEndsAreAcceptedAndCounted() {
        String windows = MINIMAL.replace("\n", "\r\n");
        assertThat(Loads.one(Loads.write(folder, windows)).question()).isEqualTo("Läuft es?");
        assertThat(Loads.problems(Loads.write(folder, windows + "nodes: 1\r\n")))
                .singleElement()
                .asString()
                .startsWith("s.yaml:5:1: unknown key \"nodes\"");
    }

    @Test
    void rawControlCharacterIsRefusedAtItsPlace() {
        assertThat(Loads.problems(Loads.write(folder, "name: s\nquestion: a\u0007b\n")))
                .containsExactly(
                        "s.yaml:2:12: the character U+0007 is not allowed in YAML; remove it");
    }

    private Path encoded(String text, Charset charset) throws IOException {
        return Files.write(folder.resolve("s.yaml"), text.getBytes(charset));
    }
}
