package dev.shakedown.workloads.measure;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Adds series that somebody else has recorded to the {@code timeseries.csv.gz} of a recording that
 * is closed. They are a gzip member of their own, which readers take for more of the same text.
 */
public final class AddedSeries implements AutoCloseable {
    private final TimeSeriesLog log;

    /**
     * @throws UncheckedIOException if the file cannot be written
     */
    public AddedSeries(Path runDirectory) {
        Path file = runDirectory.resolve(LoadRecording.TIME_SERIES);
        try {
            // No channel: an interrupt, as by Ctrl-C, would close it.
            log = TimeSeriesLog.goingOn(new FileOutputStream(file.toFile(), true));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Adds one value. */
    public void add(long tNs, String source, Sample sample) {
        log.add(tNs, source, sample);
    }

    @Override
    public void close() {
        log.close();
    }
}
