package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Lets one process at a time make something in the cache. The kernel frees it when its holder dies,
 * however that happens.
 */
final class BuildLock implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final FileChannel channel;
    private final FileLock lock;

    private BuildLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Waits for it.
     *
     * @param what is being made, for the line that says why nothing happens
     * @throws StepFailedException if another holds it longer than the limit
     */
    static BuildLock take(Path file, String what, Duration limit, Progress progress)
            throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long end = System.nanoTime() + limit.toNanos();
        boolean said = false;
        Optional<FileLock> lock = attempt(channel);
        while (lock.isEmpty()) {
            if (!said) {
                progress.say("Another run is making " + what + "; waiting for it");
                said = true;
            }
            if (System.nanoTime() > end || !pause()) {
                channel.close();
                throw new StepFailedException(
                        "another run has been making %s for over %d s"
                                .formatted(what, limit.toSeconds()),
                        "",
                        List.of("held: " + file),
                        "find who holds it: fuser -v " + file);
            }
            lock = attempt(channel);
        }
        return new BuildLock(channel, lock.get());
    }

    private static Optional<FileLock> attempt(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            // Another thread of this JVM has it.
            return Optional.empty();
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
