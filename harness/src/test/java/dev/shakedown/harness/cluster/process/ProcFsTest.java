package dev.shakedown.harness.cluster.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcFsTest {
    @TempDir private Path root;

    @Test
    void descriptorThatVanishesWhileTheyAreListedHidesNoOther() throws IOException {
        Path descriptors = Files.createDirectories(root.resolve("7/fd"));
        for (int i = 0; i < 20; i++) {
            // A plain file cannot be read as a link, like one that is gone.
            Files.createFile(descriptors.resolve("gone-" + i));
            Files.createSymbolicLink(descriptors.resolve(i + ""), Path.of("/dev/shm/file-" + i));
        }

        assertThat(new ProcFs(root).sharedMemory(7)).hasSize(20);
    }
}
