package dev.shakedown.harness.cluster.ray;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A folder in the user's cache that a test fills once and keeps, whoever else is at it. */
public final class CachedFolder {
    private CachedFolder() {}

    /**
     * @param name new whenever what is in it would be
     * @param commands make it, one after the other
     */
    public static Path of(String name, List<List<String>> commands)
            throws IOException, InterruptedException {
        Path folder = place(name);
        Files.createDirectories(folder.getParent());
        Path lockFile = folder.resolveSibling(name + ".lock");
        try (FileChannel channel =
                        FileChannel.open(
                                lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(folder.resolve(".complete"))) {
                for (List<String> command : commands) {
                    run(command);
                }
                Files.createFile(folder.resolve(".complete"));
            }
        }
        return folder;
    }

    /** Where it is, or will be. */
    public static Path place(String name) {
        return Optional.ofNullable(System.getenv("SHAKEDOWN_CACHE"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "shakedown"))
                .resolve(name);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IllegalStateException(command + " ended with " + status);
        }
    }
}
