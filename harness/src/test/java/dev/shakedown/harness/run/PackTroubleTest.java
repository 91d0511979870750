package dev.shakedown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PackTroubleTest {
    private static final Path CACHE = Path.of("/cache");

    @Test
    void fullDiskWantsSpaceWhoeverMetIt() {
        assertThat(next(new IOException("No space left on device"))).startsWith("free some space");
        assertThat(next(new IOException("jlink: Error: java.io.IOException: No space left")))
                .startsWith("free some space");
        assertThat(next(new FileSystemException("/cache/x", null, "Disk quota exceeded")))
                .startsWith("free some space");
    }

    @Test
    void onlyAFolderThatCannotBeWrittenIsMadeWritable() {
        assertThat(next(new AccessDeniedException("/cache/load"))).startsWith("make /cache writ");
        assertThat(next(new FileSystemException("/cache/x", null, "Read-only file system")))
                .startsWith("make /cache writable");
    }

    @Test
    void javaThatCannotLinkWantsAnother() {
        assertThat(next(new IOException("jlink: Error: Module java.base not found")))
                .contains("JAVA_HOME", "jmods", System.getProperty("java.home"));
    }

    @Test
    void restIsNotGuessed() {
        assertThat(next(new IOException("Input/output error"))).contains("load.from: here");
    }

    private static String next(IOException trouble) {
        return PackTrouble.next(trouble, CACHE);
    }
}
