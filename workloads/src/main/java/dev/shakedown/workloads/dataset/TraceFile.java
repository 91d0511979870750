package dev.shakedown.workloads.dataset;

import dev.shakedown.workloads.load.Trace;
import dev.shakedown.workloads.load.TraceRequest;
import java.io.IOException;
import java.io.LineNumberReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads recorded requests, and finds out by the first line how they are written: Mooncake's JSON
 * lines, or the CSV of BurstGPT, of Azure's LLM inference traces or of a run of Shakedown.
 */
public final class TraceFile {
    /** A longer replay would take hours, and its plan much memory. */
    public static final int MOST_REQUESTS = 1_000_000;

    private final TraceFormat format;
    private final int limit;
    private final List<TraceRequest> requests = new ArrayList<>();
    private int leftOut;

    private TraceFile(TraceFormat format, int limit) {
        this.format = format;
        this.limit = limit;
    }

    /** How one request is written in a line. */
    @FunctionalInterface
    interface TraceFormat {
        /** By the trace's own clock. */
        TraceRequest read(String line, int number);
    }

    /**
     * Reads a file.
     *
     * @param limit no more of its requests than these, from its begin
     * @throws DataFileException if it holds something else
     */
    public static Trace read(Path file, int limit) throws IOException {
        try (LineNumberReader lines = DataFile.open(file)) {
            String first = lines.readLine();
            TraceFile trace = new TraceFile(format(first), limit);
            // A header is no request; a line of JSON is one.
            String line = trace.format instanceof CsvTrace ? lines.readLine() : first;
            while (line != null && trace.add(line, lines.getLineNumber())) {
                line = lines.readLine();
            }
            return trace.of(file, lines.getLineNumber());
        }
    }

    private static TraceFormat format(@Nullable String first) {
        if (first == null) {
            throw new DataFileException(1, 1, "the file is empty");
        }
        if (first.stripLeading().startsWith("{")) {
            return new MooncakeTrace();
        }
        return CsvTrace.of(first)
                .orElseThrow(
                        () ->
                                new DataFileException(
                                        1,
                                        1,
                                        "%s begins no known trace; it may be Mooncake's JSON lines with timestamp, input_length and output_length, or CSV with one of the headers %s"
                                                .formatted(
                                                        DataFile.quoted(first),
                                                        CsvTrace.headers())));
    }

    /** Whether more are wanted. */
    private boolean add(String line, int number) {
        if (requests.size() == limit) {
            return false;
        }
        if (!line.isBlank()) {
            TraceRequest request = format.read(line, number);
            if (request.inputTokens() > 0 && request.outputTokens() > 0) {
                requests.add(request);
            } else {
                leftOut++;
            }
        }
        return true;
    }

    private Trace of(Path file, int lines) {
        if (requests.isEmpty()) {
            throw new DataFileException(
                    lines,
                    1,
                    leftOut == 0
                            ? "the file ends before its first request"
                            : "none of its %s requests has tokens of prompt and answer"
                                    .formatted(DataFile.count(leftOut)));
        }
        return Trace.of(file.toString(), limit, leftOut, requests);
    }
}
