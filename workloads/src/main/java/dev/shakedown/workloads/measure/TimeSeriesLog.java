package dev.shakedown.workloads.measure;

import java.io.OutputStream;

/** Writes {@code timeseries.csv.gz}, one value a line. */
final class TimeSeriesLog implements AutoCloseable {
    static final String HEADER = "t_ns,source,metric,labels,value";

    private final GzipLines out;

    TimeSeriesLog(OutputStream file) {
        this(new GzipLines(file, HEADER));
    }

    private TimeSeriesLog(GzipLines out) {
        this.out = out;
    }

    /** At the end of a file that has its header. */
    static TimeSeriesLog goingOn(OutputStream file) {
        return new TimeSeriesLog(new GzipLines(file));
    }

    synchronized void add(long tNs, String source, Sample sample) {
        StringBuilder line = new StringBuilder(96).append(tNs);
        line.append(',').append(source);
        line.append(',').append(GzipLines.field(sample.metric()));
        line.append(',').append(GzipLines.field(sample.labels())).append(',');
        double value = sample.value();
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            line.append((long) value);
        } else {
            line.append(value);
        }
        out.line(line);
    }

    synchronized void flush() {
        out.flush();
    }

    @Override
    public synchronized void close() {
        out.close();
    }
}
