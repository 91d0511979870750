package dev.shakedown.harness.diagnosis;

import dev.shakedown.harness.cluster.process.ProcFs;
import dev.shakedown.harness.engine.Secrets;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Collected logs without the secrets that programs print into them; every other byte stays what it
 * is. Inside a compressed file nothing can be masked: in place it is left alone, as nobody else
 * sees it, and a bundle goes without it.
 */
public final class MaskedLogs {
    /** A longer line is masked in pieces, so that a file without line ends needs no heap. */
    private static final int MAX_LINE = 1 << 20;

    private MaskedLogs() {}

    /** What may go wrong while a line is passed on. */
    private interface LineSink {
        /** Returns whether more lines are wanted. */
        boolean accept(String line) throws IOException;
    }

    /**
     * Masks the files in place. One that holds a secret and cannot be rewritten is removed, unless
     * a process still writes to it: that one would go on writing into nowhere.
     *
     * @return what could not be masked, one line a file, and why
     */
    public static List<String> in(Path logs) {
        LogFolder folder = LogFolder.of(logs);
        for (Path file : folder.files()) {
            if (!LogFiles.compressed(file)) {
                mask(file).ifPresent(why -> folder.miss(file, why));
            }
        }
        return folder.missed();
    }

    private static Optional<String> mask(Path file) {
        try {
            if (!holdsSecret(file)) {
                return Optional.empty();
            }
        } catch (IOException unreadable) {
            return Optional.of("not masked, for it cannot be read: " + unreadable);
        }
        return new ProcFs().isWritten(file)
                ? Optional.of("holds a secret; not masked, for a process still writes to it")
                : rewrite(file);
    }

    private static Optional<String> rewrite(Path file) {
        Path masked = file.resolveSibling(file.getFileName() + ".masked");
        try {
            try (OutputStream out = Files.newOutputStream(masked)) {
                copy(file, out);
            }
            Files.move(masked, file, StandardCopyOption.REPLACE_EXISTING);
            return Optional.empty();
        } catch (IOException unwritable) {
            remove(masked);
            return Optional.of(
                    "%s, for it holds a secret and cannot be rewritten: %s"
                            .formatted(remove(file) ? "removed" : "to be removed", unwritable));
        }
    }

    private static boolean remove(Path file) {
        try {
            Files.deleteIfExists(file);
            return true;
        } catch (IOException readOnly) {
            return false;
        }
    }

    private static boolean holdsSecret(Path file) throws IOException {
        boolean[] found = {false};
        lines(
                file,
                line -> {
                    found[0] = !Secrets.masked(line).equals(line);
                    return !found[0];
                });
        return found[0];
    }

    static void copy(Path file, OutputStream out) throws IOException {
        lines(
                file,
                line -> {
                    out.write(Secrets.masked(line).getBytes(StandardCharsets.ISO_8859_1));
                    return true;
                });
    }

    /** Each with its line end, a character a byte: logs are not always UTF-8. */
    private static void lines(Path file, LineSink sink) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            boolean wanted = true;
            for (int next = in.read(); next >= 0 && wanted; next = in.read()) {
                line.write(next);
                if (next == '\n' || line.size() == MAX_LINE) {
                    wanted = sink.accept(line.toString(StandardCharsets.ISO_8859_1));
                    line.reset();
                }
            }
            if (line.size() > 0) {
                sink.accept(line.toString(StandardCharsets.ISO_8859_1));
            }
        }
    }
}
