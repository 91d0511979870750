package dev.shakedown.harness.diagnosis;

import dev.shakedown.harness.cluster.Ansi;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.regex.Pattern;

/**
 * Reads collected logs line by line, with limits on everything that a log could have too much of.
 */
final class LogFiles {
    private static final int MAX_LINE = 4096;
    private static final long MAX_FILE = 64L << 20;
    private static final long MAX_TOTAL = 256L << 20;
    private static final Pattern COMPRESSED = Pattern.compile(".*\\.(?:gz|tgz|zst|xz|bz2|zip|png)");

    private final Path root;
    private long left = MAX_TOTAL;

    LogFiles(Path root) {
        this.root = root;
    }

    /** All files that may be read, by path; none where the folder does not exist. */
    List<Path> files() {
        return LogFolder.of(root).files().stream().filter(file -> !compressed(file)).toList();
    }

    static boolean compressed(Path file) {
        return COMPRESSED.matcher(file.toString()).matches();
    }

    /** Each line with its number, from 1; nothing of a file that is binary or cannot be read. */
    void lines(Path file, ObjLongConsumer<String> consumer) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            long number = 1;
            long read = 0;
            for (int next = in.read(); next >= 0 && read < MAX_FILE && left > 0; ) {
                read++;
                left--;
                if (next == 0) {
                    return; // text has no NUL
                }
                if (next == '\n') {
                    consumer.accept(text(line), number++);
                } else if (line.size() < MAX_LINE) {
                    line.write(next);
                }
                next = in.read();
            }
            if (line.size() > 0) {
                consumer.accept(text(line), number);
            }
        } catch (IOException _) {
            // One log that cannot be read must not hide what the others say.
            return;
        }
    }

    /** The first folder below the root: logs are collected as {@code <node>/…}. */
    String node(Path file) {
        Path relative = root.relativize(file);
        return relative.getNameCount() > 1 ? relative.getName(0).toString() : "";
    }

    String name(Path file) {
        return root.relativize(file).toString();
    }

    private static String text(ByteArrayOutputStream line) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        return Ansi.strip(text);
    }
}
