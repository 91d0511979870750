package dev.shakedown.workloads.measure;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HistogramLogTest {
    @Test
    void fullDiskIsAnErrorInsteadOfAnEmptyLog() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "a device of Linux");
        try (OutputStream file = Files.newOutputStream(full)) {
            assertThatThrownBy(() -> new HistogramLog(file, RunClock.startNow()))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }
}
