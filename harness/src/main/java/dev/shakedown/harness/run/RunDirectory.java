package dev.shakedown.harness.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The folder of one run: {@code <UTC time>-<scenario>-<6 hex>}, made when the run starts. */
public record RunDirectory(Path path) {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int HEX_DIGITS_SPACE = 1 << 24;

    /**
     * Makes {@code runs} if it is not there, and tries to write into it.
     *
     * @throws UncheckedIOException if that is not possible
     */
    public static void requireWritable(Path runs) {
        try {
            if (!Files.isDirectory(runs)) {
                Files.createDirectories(runs);
            }
            Files.delete(Files.createTempFile(runs, ".writable", ""));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write into " + runs, e);
        }
    }

    /** Makes a new folder below {@code runs}, and {@code runs} itself if it is not there. */
    public static RunDirectory create(Path runs, String scenarioName, Instant startedAt) {
        try {
            Files.createDirectories(runs);
            Optional<Path> made = Optional.empty();
            while (made.isEmpty()) {
                made = tryOne(runs, TIME.format(startedAt) + "-" + fileSafe(scenarioName));
            }
            return new RunDirectory(made.get().toAbsolutePath().normalize());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a run directory in " + runs, e);
        }
    }

    /** The folder of one load of a series, below the run's. */
    RunDirectory load(String label) {
        Path folder = path.resolve("loads").resolve(id() + "." + fileSafe(label));
        try {
            return new RunDirectory(Files.createDirectories(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder, e);
        }
    }

    private static Optional<Path> tryOne(Path runs, String name) throws IOException {
        String hex = "%06x".formatted(RandomGenerator.getDefault().nextInt(HEX_DIGITS_SPACE));
        try {
            return Optional.of(Files.createDirectory(runs.resolve(name + "-" + hex)));
        } catch (FileAlreadyExistsException taken) {
            return Optional.empty();
        }
    }

    /** The run's id: the folder's name. */
    public String id() {
        return path.getFileName().toString();
    }

    /** Collected logs, one folder a node. */
    public Path logs() {
        return path.resolve("logs");
    }

    /** Where the engine's output is streamed to. */
    public Path engineLog() {
        return logs().resolve("engine").resolve("vllm.log");
    }

    public Path events() {
        return path.resolve("events.jsonl");
    }

    public Path diagnosis() {
        return path.resolve("diagnosis.json");
    }

    /** The stack trace, where Shakedown itself was at fault. */
    public Path bug() {
        return path.resolve("bug.txt");
    }

    private static String fileSafe(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]", "_");
    }
}
