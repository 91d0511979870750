package dev.shakedown.reports.run;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * {@code histograms.hlog}, an HdrHistogram interval log, as far as a report needs it: per tag, all
 * intervals merged, and a few figures per interval. Intervals themselves are not kept; an hour of
 * seven metrics would fill a gigabyte.
 */
public final class HistogramLog {
    private static final int DIGITS = 3;

    private final Map<String, Histogram> merged = new LinkedHashMap<>();
    private final Map<String, List<Interval>> intervals = new LinkedHashMap<>();
    private final Predicate<String> wanted;
    private int damagedLines;

    HistogramLog() {
        this(_ -> true);
    }

    /** One that passes over the tags that nobody asks for: decoding them takes most of the time. */
    HistogramLog(Predicate<String> wanted) {
        this.wanted = wanted;
    }

    /** One interval of one metric: seconds since {@code startedAt}, values in nanoseconds. */
    public record Interval(
            double startSeconds, double endSeconds, long count, long p50, long p99, long max) {}

    /** All measured values of a tag; empty if the log has none. */
    public Optional<Histogram> merged(String tag) {
        return Optional.ofNullable(merged.get(tag)).filter(h -> h.getTotalCount() > 0);
    }

    /** The intervals of a tag, in the log's order. */
    public List<Interval> intervals(String tag) {
        return List.copyOf(intervals.getOrDefault(tag, List.of()));
    }

    /** The tags that occur. */
    public List<String> tags() {
        return List.copyOf(merged.keySet());
    }

    /** Lines that could not be decoded; a torn last line is not among them. */
    public int damagedLines() {
        return damagedLines;
    }

    /** Takes one line: comments and the legend are passed over, what cannot be decoded counted. */
    void line(String line) {
        if (line.isBlank() || line.startsWith("#") || line.startsWith("\"")) {
            return;
        }
        try {
            interval(line.split(",", -1));
        } catch (IllegalArgumentException
                | DataFormatException
                | IndexOutOfBoundsException
                | java.nio.BufferUnderflowException e) {
            damagedLines++;
        }
    }

    private void interval(String[] fields) throws DataFormatException {
        boolean tagged = fields[0].startsWith("Tag=");
        String tag = tagged ? fields[0].substring(4) : "";
        if (!wanted.test(tag)) {
            return;
        }
        int at = tagged ? 1 : 0;
        double start = Double.parseDouble(fields[at]);
        double length = Double.parseDouble(fields[at + 1]);
        byte[] bytes = Base64.getDecoder().decode(fields[at + 3].strip());
        Histogram values = Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0);
        add(tag, start, start + length, values);
    }

    private void add(String tag, double start, double end, Histogram values) {
        merged.computeIfAbsent(tag, _ -> growing()).add(values);
        if (values.getTotalCount() > 0) {
            intervals
                    .computeIfAbsent(tag, _ -> new ArrayList<>())
                    .add(
                            new Interval(
                                    start,
                                    end,
                                    values.getTotalCount(),
                                    values.getValueAtPercentile(50),
                                    values.getValueAtPercentile(99),
                                    values.getMaxValue()));
        }
    }

    private static Histogram growing() {
        Histogram histogram = new Histogram(DIGITS);
        histogram.setAutoResize(true);
        return histogram;
    }
}
