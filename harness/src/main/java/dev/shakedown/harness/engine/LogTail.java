package dev.shakedown.harness.engine;

import dev.shakedown.harness.cluster.Ansi;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows a file that grows: whole lines only, without colours, a carriage return ends a line too
 * (progress bars). A line over {@link #MAX_LINE} bytes is cut.
 */
final class LogTail {
    /** Longer than any line that says something; vLLM's config line has about 5,000. */
    static final int MAX_LINE = 16 * 1024;

    private final Path file;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private long position;

    LogTail(Path file) {
        this.file = file;
    }

    /**
     * The lines that were completed since the last call; none while the file does not exist.
     *
     * @throws UncheckedIOException if it exists and cannot be read
     */
    List<String> read() {
        List<String> lines = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < position) {
                position = 0;
                line.reset();
            }
            channel.position(position);
            while (channel.read(buffer.clear()) > 0) {
                position = channel.position();
                split(buffer.flip(), lines);
            }
        } catch (NoSuchFileException notYet) {
            return lines;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return lines;
    }

    /** The same, and what follows the last line end: for a file that grows no more. */
    List<String> readToEnd() {
        List<String> lines = read();
        if (line.size() > 0) {
            end(lines);
        }
        return lines;
    }

    private void split(ByteBuffer bytes, List<String> lines) {
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            if (next == '\n' || next == '\r') {
                end(lines);
            } else if (line.size() < MAX_LINE) {
                line.write(next);
            }
        }
    }

    private void end(List<String> lines) {
        if (line.size() > 0) {
            lines.add(Ansi.strip(line.toString(StandardCharsets.UTF_8)));
            line.reset();
        }
    }
}
