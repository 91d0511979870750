package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.StepFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * The program of a job as files, for somebody who submits it by hand. They lie in the user's cache,
 * in a folder that is named by their content.
 */
final class JobFiles {
    private JobFiles() {}

    /** Writes what is not there yet. */
    static Path in(Path cache, String name, Map<String, String> files) {
        Path folder = cache.resolve("jobs").resolve("%s-%08x".formatted(name, sum(files)));
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue());
            }
            return folder;
        } catch (IOException e) {
            throw new StepFailedException(
                    "the job's files could not be written",
                    "",
                    List.of(e.toString()),
                    "make " + cache + " writable, or set SHAKEDOWN_CACHE to another folder");
        }
    }

    private static long sum(Map<String, String> files) {
        CRC32 sum = new CRC32();
        new TreeMap<>(files)
                .forEach(
                        (name, text) -> sum.update((name + text).getBytes(StandardCharsets.UTF_8)));
        return sum.getValue();
    }
}
