package dev.shakedown.harness.cluster.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies a Ray node's session logs, the end of each, newest first, up to a size a node. */
final class RayLogs {
    private static final long FILE_BYTES = 2L << 20;
    private static final long NODE_BYTES = 32L << 20;

    private RayLogs() {}

    /** Read once: a log that is written to while it is sorted has no fixed place. */
    private record Dated(Path file, long modified) {}

    static void copy(Path rayFolder, Path target) {
        Path logs = rayFolder.resolve("session_latest").resolve("logs");
        if (!Files.isDirectory(logs)) {
            return;
        }
        long room = NODE_BYTES;
        for (Path log : newestFirst(logs)) {
            long size = Math.min(size(log), FILE_BYTES);
            if (size > 0 && size <= room) {
                copyEnd(log, target.resolve(logs.relativize(log).toString()), size);
                room -= size;
            }
        }
    }

    private static List<Path> newestFirst(Path logs) {
        try (Stream<Path> files = Files.walk(logs)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> new Dated(file, modified(file)))
                    .sorted(Comparator.comparingLong(Dated::modified).reversed())
                    .map(Dated::file)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private static void copyEnd(Path log, Path target, long size) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(0, file.length() - size));
            Files.createDirectories(target.resolve("..").normalize());
            try (InputStream end = Channels.newInputStream(file.getChannel())) {
                Files.copy(end, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            // A log that vanished while the node went down is missing, as the contract allows.
            return;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }
}
