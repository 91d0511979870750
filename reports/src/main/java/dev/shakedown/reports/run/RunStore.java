package dev.shakedown.reports.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * {@code run.json} of a run directory.
 *
 * <p>A metric is one flat object. Each percentile has its own member; below its sample floor it is
 * {@code null}, and {@code needs} says how many samples it takes in all:
 *
 * <pre>{@code
 * "ttft": {"unit":"ns","count":240,"mean":4.1e7,"min":3,"max":9,"p50":4,"p99":null,"needs":{"p99":662}}
 * }</pre>
 *
 * Members that this version does not know are skipped; members that an older version did not write
 * get an empty value.
 */
public final class RunStore {
    /** The file's name inside a run directory. */
    public static final String FILE = "run.json";

    private RunStore() {}

    /**
     * Writes {@code run.json} atomically.
     *
     * @throws UncheckedIOException if the directory cannot be written
     */
    public static void write(Path runDirectory, RunRecord run) {
        AtomicWrite.write(runDirectory.resolve(FILE), RunJson.write(run));
    }

    /**
     * Reads {@code run.json}.
     *
     * @throws RunUnreadableException if it is absent, torn, no run, or too new
     * @throws UncheckedIOException if it cannot be read at all
     */
    public static RunRecord read(Path runDirectory) {
        Path file = runDirectory.resolve(FILE);
        try {
            return RunJson.read(Files.readAllBytes(file), file);
        } catch (NoSuchFileException e) {
            throw new RunUnreadableException(RunUnreadableException.Cause.ABSENT, file, "");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
