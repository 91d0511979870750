package dev.shakedown.benchmarks;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Writes six pairs of run directories of a million requests each (1,000 a second, 256 tokens each),
 * as far as {@code compare} reads them, to measure it with: {@code DIR/before} and {@code
 * DIR/after}, whose gaps are 6 % longer.
 */
public final class LargeRuns {
    private static final int PAIRS = 6;
    private static final int SECONDS = 1_000;
    private static final int REQUESTS = 1_000;
    private static final int TOKENS = 256;
    private static final List<String> A_REQUEST =
            List.of("ttft", "ttft.intended", "tpot", "e2e", "e2e.intended", "sendDelay");

    private LargeRuns() {}

    /** The argument is the folder to write to. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (int pair = 0; pair < PAIRS; pair++) {
            write(folder.resolve("before/run-" + pair), 2 * pair, 1);
            write(folder.resolve("after/run-" + pair), 2 * pair + 1, 1.06);
        }
    }

    private static void write(Path directory, int minute, double slower) throws IOException {
        Files.createDirectories(directory);
        SplittableRandom random = new SplittableRandom(minute);
        double run = Math.exp(0.01 * random.nextGaussian());
        histograms(directory.resolve("histograms.hlog"), random, run * slower);
        Files.writeString(directory.resolve("run.json"), json(minute, run * slower));
    }

    private static void histograms(Path file, SplittableRandom random, double slower)
            throws FileNotFoundException {
        HistogramLogWriter log = new HistogramLogWriter(file.toFile());
        log.outputLogFormatVersion();
        log.outputLegend();
        for (int second = 0; second < SECONDS; second++) {
            for (String tag : A_REQUEST) {
                log.outputIntervalHistogram(
                        second, second + 1.0, values(tag, random, slower, 1), 1e6);
            }
            log.outputIntervalHistogram(
                    second, second + 1.0, values("icl", random, slower, TOKENS), 1e6);
        }
        log.close();
    }

    /** Lognormal around 20 ms; each draw stands for as many values. */
    private static Histogram values(String tag, SplittableRandom random, double slower, int each) {
        Histogram values = new Histogram(3);
        values.setAutoResize(true);
        values.setTag(tag);
        for (int i = 0; i < REQUESTS; i++) {
            double ms = 20 * slower * Math.exp(0.3 * random.nextGaussian());
            values.recordValueWithCount((long) (ms * 1e6), each);
        }
        return values;
    }

    private static String json(int minute, double slower) {
        long requests = (long) SECONDS * REQUESTS;
        StringBuilder metrics = new StringBuilder();
        for (String tag : List.of("ttft.intended", "tpot", "icl")) {
            long middle = (long) (20e6 * slower);
            metrics.append(metrics.isEmpty() ? "" : ",");
            metrics.append(
                    String.format(
                            Locale.ROOT,
                            "\"%s\":{\"count\":%d,\"mean\":%d,\"min\":1,\"max\":1,\"p50\":%d,\"p99\":%d}",
                            tag,
                            requests,
                            middle,
                            middle,
                            2 * middle));
        }
        return String.format(
                Locale.ROOT,
                "{\"schemaVersion\":1,\"id\":\"large-%d\",\"scenarioName\":\"large\",\"verdict\":\"PASSED\",\"simulated\":true,"
                        + "\"startedAt\":\"2026-11-28T01:%02d:00Z\",\"offered\":%d,\"outcomes\":{\"Completed\":%d},"
                        + "\"rates\":{\"requests/s\":1000.0},\"metrics\":{%s}}%n",
                minute,
                minute,
                requests,
                requests,
                metrics);
    }
}
