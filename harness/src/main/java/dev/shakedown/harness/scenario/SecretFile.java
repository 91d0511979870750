package dev.shakedown.harness.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A token or key in a file of its own, where no process list shows it. */
public final class SecretFile {
    private SecretFile() {}

    /**
     * Its first line.
     *
     * @throws UncheckedIOException if it cannot be read; never with what is in it, for a wrong file
     *     could hold another secret
     */
    public static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
