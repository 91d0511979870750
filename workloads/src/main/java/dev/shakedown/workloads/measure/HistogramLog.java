package dev.shakedown.workloads.measure;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Writes {@code histograms.hlog}: one interval a second and metric, values in nanoseconds. */
final class HistogramLog implements AutoCloseable {
    /** The log's readable maximum is printed in milliseconds; the histogram itself is in ns. */
    private static final double NS_PER_MS = 1e6;

    private final PrintStream out;
    private final HistogramLogWriter writer;

    HistogramLog(OutputStream file, RunClock clock) {
        out = new PrintStream(file, false, StandardCharsets.US_ASCII);
        writer = new HistogramLogWriter(out);
        long startMs = clock.startedAt().toEpochMilli();
        writer.outputComment("[Shakedown latency histograms, values in ns, maxima in ms]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(startMs);
        writer.outputBaseTime(startMs);
        writer.outputLegend();
        flush();
    }

    /** Writes one second (counted from the run's start) of one phase. */
    void interval(long second, Phase phase, LatencyHistograms histograms) {
        for (Map.Entry<Metric, Histogram> entry : histograms.byMetric().entrySet()) {
            Histogram histogram = entry.getValue();
            histogram.setTag(phase.tagPrefix() + entry.getKey().key());
            writer.outputIntervalHistogram((double) second, second + 1.0, histogram, NS_PER_MS);
        }
    }

    void flush() {
        // A print stream keeps its errors to itself until it is asked; asking flushes.
        if (out.checkError()) {
            throw new UncheckedIOException(new IOException("cannot write histograms.hlog"));
        }
    }

    @Override
    public void close() {
        try (out) {
            flush();
        }
    }
}
