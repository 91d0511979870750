package dev.shakedown.reports.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces a file as a whole: a reader, or a crash, sees the old content or the new, never half.
 */
public final class AtomicWrite {

    private AtomicWrite() {}

    /**
     * Writes beside the target, forces to disk, renames over it.
     *
     * @throws UncheckedIOException if any of that fails; the old file is then untouched
     */
    public static void write(Path target, byte[] content) {
        Path temporary = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            force(temporary, content);
            Files.move(
                    temporary,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            forceFolder(target.toAbsolutePath().resolveSibling("."));
        } catch (IOException e) {
            // On a full disk its half content takes the room that the next file may need.
            delete(temporary);
            throw new UncheckedIOException("cannot write " + target, e);
        }
    }

    private static void delete(Path draft) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException left) {
            // The failure that led here is the one to tell.
        }
    }

    private static void force(Path file, byte[] content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    /** The rename itself lasts only once the folder is on disk. */
    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
