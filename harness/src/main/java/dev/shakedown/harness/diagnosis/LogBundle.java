package dev.shakedown.harness.diagnosis;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip file of logs that can be attached to an issue: without secrets, and without what may hold
 * secrets that cannot be seen.
 *
 * @param files how many are in it
 * @param leftOut the others, one line each, and why
 */
public record LogBundle(int files, List<String> leftOut) {
    public LogBundle {
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Writes it whole or not at all; it may be in the folder itself.
     *
     * @throws UncheckedIOException if it cannot be written
     */
    public static LogBundle write(Path logs, Path zip) {
        Path target = zip.toAbsolutePath().normalize();
        LogFolder folder = LogFolder.of(logs.toAbsolutePath().normalize());
        List<Path> files =
                folder.files().stream()
                        .filter(file -> !file.equals(target) && carries(folder, file))
                        .toList();
        try {
            Path partial = Files.createTempFile(target.resolveSibling(""), "bundle", ".partial");
            try {
                fill(partial, folder, files);
                Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + zip, e);
        }
        return new LogBundle(files.size(), folder.missed());
    }

    private static boolean carries(LogFolder folder, Path file) {
        if (LogFiles.compressed(file)) {
            folder.miss(file, "left out: secrets in a compressed file cannot be masked");
            return false;
        }
        try {
            // To its end and before it is in the zip file, from which no entry can be taken back.
            MaskedLogs.copy(file, OutputStream.nullOutputStream());
            return true;
        } catch (IOException unreadable) {
            folder.miss(file, "left out: it cannot be read: " + unreadable);
            return false;
        }
    }

    private static void fill(Path zip, LogFolder folder, List<Path> files) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Path file : files) {
                out.putNextEntry(new ZipEntry(folder.name(file)));
                MaskedLogs.copy(file, out);
                out.closeEntry();
            }
        }
    }
}
