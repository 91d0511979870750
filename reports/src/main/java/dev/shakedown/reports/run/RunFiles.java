package dev.shakedown.reports.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what lies beside {@code run.json}. Every file may be missing (then it reads as empty) or
 * end in the middle of a line (then the rest is left out and {@code torn} says so). A file that is
 * there and cannot be read is an {@link UncheckedIOException}.
 */
public final class RunFiles {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final double NANOS = 1e9;

    private final Path directory;

    private RunFiles(Path directory) {
        this.directory = directory;
    }

    /** The files of this run directory. */
    public static RunFiles of(Path runDirectory) {
        return new RunFiles(runDirectory);
    }

    /** Content of a file, and whether its end was missing. */
    public record Content<T>(T value, boolean torn) {}

    /** A file of the run directory. */
    public record Listed(String name, long bytes) {}

    /** {@code histograms.hlog}. */
    public Content<HistogramLog> histograms() {
        return histograms(_ -> true);
    }

    /** The same with these tags only, in a fraction of the time. */
    public Content<HistogramLog> histograms(Predicate<String> tags) {
        HistogramLog log = new HistogramLog(tags);
        return new Content<>(log, lines("histograms.hlog", false, log::line));
    }

    /** {@code requests.csv.gz}, in the order of the file. */
    public Content<List<RequestRow>> requests() {
        List<RequestRow> rows = new ArrayList<>();
        boolean torn =
                lines(
                        "requests.csv.gz",
                        true,
                        new CsvRows((csv, fields) -> rows.add(request(csv, fields))));
        return new Content<>(rows, torn);
    }

    /** {@code timeseries.csv.gz}. */
    public Content<TimeSeries> timeSeries() {
        TimeSeries series = new TimeSeries();
        boolean torn =
                lines(
                        "timeseries.csv.gz",
                        true,
                        new CsvRows((csv, fields) -> point(series, csv, fields)));
        return new Content<>(series, torn);
    }

    /** {@code events.jsonl}. */
    public Content<List<EventRow>> events() {
        List<EventRow> events = new ArrayList<>();
        return new Content<>(events, lines("events.jsonl", false, line -> addEvent(events, line)));
    }

    /** All files under the run directory, by name; links are not followed. */
    public List<Listed> listing() {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .map(file -> new Listed(directory.relativize(file).toString(), size(file)))
                    .sorted((a, b) -> a.name().compareTo(b.name()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    private boolean lines(String name, boolean gzip, Consumer<String> consumer) {
        Path file = directory.resolve(name);
        return Files.isRegularFile(file) && TornLines.read(file, gzip, consumer);
    }

    private static RequestRow request(Csv csv, List<String> row) {
        return new RequestRow(
                csv.number(row, "id"),
                csv.text(row, "phase"),
                csv.number(row, "intended_ns"),
                csv.number(row, "sent_ns"),
                csv.number(row, "headers_ns"),
                csv.number(row, "first_event_ns"),
                csv.number(row, "first_token_ns"),
                csv.number(row, "first_content_ns"),
                csv.number(row, "last_token_ns"),
                csv.number(row, "stream_end_ns"),
                csv.number(row, "input_tokens"),
                csv.number(row, "output_tokens"),
                csv.text(row, "token_source"),
                csv.text(row, "outcome"),
                csv.text(row, "status"),
                csv.text(row, "error"));
    }

    private static void point(TimeSeries series, Csv csv, List<String> row) {
        double value = Double.parseDouble(csv.text(row, "value"));
        if (!Double.isFinite(value)) {
            return;
        }
        TimeSeries.Key key =
                new TimeSeries.Key(
                        csv.text(row, "source"), csv.text(row, "metric"), csv.text(row, "labels"));
        series.add(key, csv.number(row, "t_ns") / NANOS, value);
    }

    private static void addEvent(List<EventRow> events, String line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            events.add(
                    new EventRow(
                            node.path("t").asString(""),
                            node.path("step").asString(""),
                            node.path("event").asString(""),
                            node.path("detail").asString(""),
                            node.path("seconds").asDouble(0)));
        } catch (JacksonException e) {
            return; // Not an event; the lines around it still are.
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
