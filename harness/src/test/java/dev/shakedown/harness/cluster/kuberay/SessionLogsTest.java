package dev.shakedown.harness.cluster.kuberay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script in a real shell. */
class SessionLogsTest {
    private static final int MORE_THAN_FIT = 18;

    @TempDir private Path folder;
    private Path there = Path.of("");
    private Path here = Path.of("");

    @BeforeEach
    void make() throws IOException {
        there = Files.createDirectory(folder.resolve("logs"));
        here = folder.resolve("fetched");
    }

    @Test
    void newestLogComesThoughNotAllFit() throws IOException {
        byte[] large = new byte[2 << 20];
        for (int i = 0; i < MORE_THAN_FIT; i++) {
            Path old = Files.write(there.resolve("a-worker-%02d.out".formatted(i)), large);
            Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH.plusSeconds(1_000 + i)));
        }
        Files.writeString(there.resolve("z raylet.out"), "it died of this\n");

        fetch();

        assertThat(here.resolve("z raylet.out")).hasContent("it died of this");
        assertThat(here.resolve("a-worker-17.out")).exists();
        assertThat(here.resolve("a-worker-00.out")).doesNotExist();
    }

    @Test
    void ofALargeLogTheEndComes() throws IOException {
        Files.writeString(there.resolve("gcs.out"), "x".repeat(3 << 20) + "last words");

        fetch();

        assertThat(Files.size(here.resolve("gcs.out"))).isEqualTo(2 << 20);
        assertThat(here.resolve("gcs.out")).content().endsWith("last words");
    }

    private void fetch() throws IOException {
        Process shell =
                new ProcessBuilder("sh", "-c", SessionLogs.script(there.toString())).start();
        try (var output = shell.getInputStream()) {
            SessionLogs.unpack(output, here);
        } finally {
            shell.destroyForcibly();
        }
    }
}
