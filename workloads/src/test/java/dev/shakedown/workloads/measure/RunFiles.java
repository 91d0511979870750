package dev.shakedown.workloads.measure;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** Reads a run directory's measured data back, by other means than it was written. */
public final class RunFiles {
    private RunFiles() {}

    /**
     * All whole lines of a gzip file, also of one that ends too early. Read as bytes first: a
     * decoder in between loses what came just before the torn tail.
     */
    public static List<String> lines(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            in.transferTo(bytes);
        } catch (EOFException e) {
            // A torn tail.
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** The rows of {@code requests.csv.gz}; fields without commas only. */
    public static List<Map<String, String>> requests(Path directory) throws IOException {
        List<String> lines = lines(directory.resolve("requests.csv.gz"));
        String[] header = lines.getFirst().split(",");
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",", header.length);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < header.length; i++) {
                row.put(header[i], fields[i]);
            }
            rows.add(row);
        }
        return rows;
    }

    /** All intervals of {@code histograms.hlog}, merged by tag. */
    public static Map<String, Histogram> histograms(Path directory) throws IOException {
        Map<String, Histogram> byTag = new TreeMap<>();
        try (HistogramLogReader reader =
                new HistogramLogReader(directory.resolve("histograms.hlog").toFile())) {
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                    next != null;
                    next = reader.nextIntervalHistogram()) {
                byTag.computeIfAbsent(next.getTag(), _ -> new Histogram(3)).add((Histogram) next);
            }
        }
        return byTag;
    }

    /** What the histograms must be, from the request log alone and by the design's definitions. */
    public static Map<String, Histogram> recompute(Path directory) throws IOException {
        Map<String, Histogram> byTag = new TreeMap<>();
        for (Map<String, String> row : requests(directory)) {
            String prefix = row.get("phase").equals("warmup") ? "warmup/" : "";
            if (row.get("sent_ns").isEmpty()) {
                continue;
            }
            long intended = ns(row, "intended_ns");
            long sent = ns(row, "sent_ns");
            add(byTag, prefix + "sendDelay", sent - intended);
            if (!row.get("outcome").equals("Completed")) {
                continue;
            }
            long first = ns(row, "first_token_ns");
            long last = ns(row, "last_token_ns");
            add(byTag, prefix + "ttft", first - sent);
            add(byTag, prefix + "ttft.intended", first - intended);
            add(byTag, prefix + "e2e", last - sent);
            add(byTag, prefix + "e2e.intended", last - intended);
            String[] source = row.get("token_source").split(":");
            long inFirstChunk = source.length > 1 ? Long.parseLong(source[1]) : 1;
            long later = Long.parseLong(row.get("output_tokens")) - inFirstChunk;
            if (later >= 1) {
                add(byTag, prefix + "tpot", (last - first) / later);
            }
        }
        return byTag;
    }

    private static void add(Map<String, Histogram> byTag, String tag, long value) {
        byTag.computeIfAbsent(tag, _ -> new Histogram(3)).recordValue(Math.max(0, value));
    }

    private static long ns(Map<String, String> row, String column) {
        return Long.parseLong(row.get(column));
    }
}
