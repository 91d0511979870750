package dev.shakedown.harness.nightly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code night.jsonl}: what a night has done so far, a line an event, each on disk before the night
 * goes on. Of a process that was killed the last line may be torn; it is cut off. One process at a
 * time writes.
 */
final class NightLog implements AutoCloseable {
    static final String FILE = "night.jsonl";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final FileChannel file;
    private final FileLock lock;

    private NightLog(FileChannel file, FileLock lock) {
        this.file = file;
        this.lock = lock;
    }

    /** Empty where another process works on this night. */
    static Optional<NightLog> open(Path directory) {
        Path path = directory.resolve(FILE);
        try {
            FileChannel channel =
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
            FileLock held = lock(channel);
            if (held == null) {
                channel.close();
                return Optional.empty();
            }
            channel.truncate(whole(Files.readAllBytes(path)));
            channel.position(channel.size());
            return Optional.of(new NightLog(channel, held));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ofThisProcess) {
            return null;
        }
    }

    /** The events of a night; of no night, none. What is no event of this version is left out. */
    static List<NightEvent> read(Path directory) {
        Path path = directory.resolve(FILE);
        List<NightEvent> events = new ArrayList<>();
        try {
            if (!Files.isRegularFile(path)) {
                return events;
            }
            byte[] bytes = Files.readAllBytes(path);
            new String(bytes, 0, whole(bytes), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> parse(line).ifPresent(events::add));
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    private static Optional<NightEvent> parse(String line) {
        try {
            return Optional.of(JSON.readValue(line, NightEvent.class));
        } catch (JacksonException unknown) {
            return Optional.empty();
        }
    }

    /** Bytes up to the last line that was ended. */
    private static int whole(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    /** On disk when it returns. */
    void append(NightEvent event) {
        try {
            String line = JSON.writerFor(NightEvent.class).writeValueAsString(event) + "\n";
            ByteBuffer rest = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            file.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("the night's log cannot be written", e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
