package dev.shakedown.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Compares text with a file under {@code src/test/resources/golden}; {@code -Dgolden.update=true}
 * rewrites it.
 */
final class Golden {
    private Golden() {}

    static void check(String name, String actual) throws IOException {
        Path file =
                Path.of(System.getProperty("basedir", "."), "src/test/resources/golden")
                        .resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertThat(file).as("run once with -Dgolden.update=true").exists();
        assertThat(actual).isEqualTo(Files.readString(file));
    }
}
