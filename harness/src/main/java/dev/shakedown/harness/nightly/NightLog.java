package dev.shakedown.harness.nightly;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code night.jsonl}: what a night has done so far, a line an event, each on disk before the night
 * goes on. Of a process that was killed the last line may be torn; it is cut off. One process at a
 * time writes: it holds a lock on a file of its own, for on Linux a process loses its lock on a
 * file as soon as it closes any descriptor of it (fcntl(2)), and the log is read, too.
 */
final class NightLog implements AutoCloseable {
    static final String FILE = "night.jsonl";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Nobody but {@link #open} opens it. */
    private static final String LOCK = "night.lock";

    /** Not a channel: those close themselves when the writing thread is interrupted. */
    private final FileOutputStream file;

    private final FileChannel lock;

    private NightLog(FileOutputStream file, FileChannel lock) {
        this.file = file;
        this.lock = lock;
    }

    /** Empty where another process works on this night. */
    static Optional<NightLog> open(Path directory) {
        Path path = directory.resolve(FILE);
        try {
            FileChannel lock =
                    FileChannel.open(
                            directory.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!held(lock)) {
                lock.close();
                return Optional.empty();
            }
            FileOutputStream file = new FileOutputStream(path.toFile(), true);
            file.getChannel().truncate(whole(Files.readAllBytes(path)));
            return Optional.of(new NightLog(file, lock));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    /** Until the channel is closed. */
    private static boolean held(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException ofThisProcess) {
            return false;
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
            file.write(line.getBytes(StandardCharsets.UTF_8));
            file.getFD().sync();
        } catch (IOException e) {
            throw new UncheckedIOException("the night's log cannot be written", e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
