package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders on this machine's disks. */
public final class Folders {
    private static final double GB = 1e9;

    private Folders() {}

    /** Removes it with all it holds, if it is there. */
    public static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Free space where the folder is or will be. */
    static double freeGb(Path folder) throws IOException {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.getFileStore(there).getUsableSpace() / GB;
    }

    static void requireFree(Path folder, double neededGb, String what) throws IOException {
        double free = freeGb(folder);
        if (free < neededGb) {
            throw new StepFailedException(
                    "%s needs %.0f GB, %s has %.1f GB left".formatted(what, neededGb, folder, free),
                    "",
                    List.of("df -h " + folder),
                    "free some, or set SHAKEDOWN_CACHE to a folder on a larger disk");
        }
    }
}
