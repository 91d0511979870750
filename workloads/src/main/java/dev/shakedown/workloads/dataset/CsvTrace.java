package dev.shakedown.workloads.dataset;

import dev.shakedown.workloads.load.TraceRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Traces as CSV, told apart by the names of their columns: BurstGPT (github.com/HPMLL/BurstGPT; 6
 * or 8 columns), Azure's LLM inference traces (github.com/Azure/AzurePublicDataset) and {@code
 * requests.csv.gz} of a run directory.
 */
final class CsvTrace implements TraceFile.TraceFormat {
    private static final List<Columns> KNOWN =
            List.of(
                    new Columns(
                            List.of("Timestamp", "Request tokens", "Response tokens"),
                            "seconds",
                            text -> TraceNumbers.nanos(text, 9)),
                    new Columns(
                            List.of("TIMESTAMP", "ContextTokens", "GeneratedTokens"),
                            "a date with its time",
                            TraceNumbers::dateTime),
                    new Columns(
                            List.of("intended_ns", "input_tokens", "output_tokens"),
                            "nanoseconds",
                            text -> TraceNumbers.nanos(text, 0)));

    private final Columns columns;
    private final List<String> header;

    private CsvTrace(Columns columns, List<String> header) {
        this.columns = columns;
        this.header = header;
    }

    /**
     * What tells a format.
     *
     * @param names of time, prompt tokens and answer tokens
     * @param unit of the time, for messages
     */
    private record Columns(
            List<String> names, String unit, Function<String, Optional<Long>> nanos) {}

    /** By its first line. */
    static Optional<CsvTrace> of(String header) {
        List<String> names = List.of(header.strip().split(",", -1));
        return KNOWN.stream()
                .filter(columns -> names.containsAll(columns.names))
                .findFirst()
                .map(columns -> new CsvTrace(columns, names));
    }

    static String headers() {
        return KNOWN.stream()
                .map(columns -> String.join(",", columns.names))
                .collect(Collectors.joining(" or "));
    }

    @Override
    public TraceRequest read(String line, int number) {
        Cell time = cell(line, number, 0);
        long atNs =
                columns.nanos
                        .apply(time.text)
                        .orElseThrow(() -> time.wrong("no time; expected " + columns.unit));
        return new TraceRequest(
                atNs, tokens(cell(line, number, 1)), tokens(cell(line, number, 2)), List.of());
    }

    private static int tokens(Cell cell) {
        return TraceNumbers.tokens(cell.text)
                .orElseThrow(
                        () ->
                                cell.wrong(
                                        "no count of tokens from 0 to "
                                                + DataFile.count(TraceNumbers.MOST_TOKENS)));
    }

    /** Quotes are not looked at: no format has any before its last column. */
    private Cell cell(String line, int number, int which) {
        String name = columns.names.get(which);
        int start = 0;
        for (int before = header.indexOf(name); before > 0; before--) {
            int comma = line.indexOf(',', start);
            if (comma < 0) {
                throw new DataFileException(
                        number,
                        line.length() + 1,
                        "the line ends before its column \"%s\"".formatted(name));
            }
            start = comma + 1;
        }
        int end = line.indexOf(',', start);
        String text = line.substring(start, end < 0 ? line.length() : end);
        return new Cell(number, start + 1, text.strip());
    }

    private record Cell(int line, int column, String text) {
        DataFileException wrong(String why) {
            return new DataFileException(
                    line, column, "%s is %s".formatted(DataFile.quoted(text), why));
        }
    }
}
