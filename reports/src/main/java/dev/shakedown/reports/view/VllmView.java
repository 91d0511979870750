package dev.shakedown.reports.view;

import dev.shakedown.reports.run.RequestRow;
import dev.shakedown.reports.run.RunFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.HdrHistogram.Histogram;

/**
 * A run by the rules of {@code vllm bench serve}: successful requests of the measured phase only,
 * TTFT is first event − sent, TPOT is (last token − first event) / (n − 1) for n &gt; 1, E2EL is
 * last token − sent, percentiles interpolate linearly between order statistics (numpy's default,
 * type 7 of Hyndman and Fan), and rates divide by the wall time from the first send to the last
 * end, drain included.
 *
 * <p>ITL comes from the {@code icl} histogram, whose values are exact to 3 digits. vLLM's peak
 * output token rate needs the time of every chunk, which a run directory does not keep.
 *
 * @param durationSeconds from first send to last end
 * @param peakConcurrent most requests alive in one second of the run, counted as vLLM does
 */
public record VllmView(
        long completed,
        long failed,
        double durationSeconds,
        long inputTokens,
        long outputTokens,
        long peakConcurrent,
        Summary ttft,
        Summary tpot,
        Summary itl,
        Summary e2el) {

    private static final double NANOS_PER_MS = 1e6;
    private static final double NANOS = 1e9;

    /** Milliseconds; all 0 without samples, as vLLM prints it. */
    public record Summary(double meanMs, double medianMs, double deviationMs, double p99Ms) {
        private static final Summary NONE = new Summary(0, 0, 0, 0);
    }

    /**
     * Reads {@code requests.csv.gz} and {@code histograms.hlog}.
     *
     * @throws java.io.UncheckedIOException if they are there and cannot be read
     */
    public static VllmView of(Path runDirectory) {
        RunFiles files = RunFiles.of(runDirectory);
        List<RequestRow> measured =
                files.requests().value().stream().filter(RequestRow::measured).toList();
        List<RequestRow> good = measured.stream().filter(VllmView::successful).toList();
        return new VllmView(
                good.size(),
                measured.size() - good.size(),
                duration(measured),
                good.stream().mapToLong(r -> known(r.inputTokens())).sum(),
                good.stream().mapToLong(r -> known(r.outputTokens())).sum(),
                peak(good),
                summary(good.stream().mapToDouble(r -> r.firstEventNs() - r.sentNs())),
                summary(tpot(good)),
                files.histograms().value().merged("icl").map(VllmView::itl).orElse(Summary.NONE),
                summary(good.stream().mapToDouble(r -> r.lastTokenNs() - r.sentNs())));
    }

    /** Completed requests a second. */
    public double requestsPerSecond() {
        return perSecond(completed);
    }

    /** Output tokens a second. */
    public double outputTokensPerSecond() {
        return perSecond(outputTokens);
    }

    /** Input and output tokens a second. */
    public double totalTokensPerSecond() {
        return perSecond(inputTokens + outputTokens);
    }

    /** The figures that vLLM's own table holds, under its names. */
    public String text() {
        StringBuilder text = new StringBuilder("The same run by the rules of vllm bench serve\n");
        if (completed + failed == 0) {
            return text.append("  no request of the measured phase was sent\n").toString();
        }
        line(text, "Successful requests", "%,d", completed);
        line(text, "Failed requests", "%,d", failed);
        line(text, "Benchmark duration (s)", "%.2f", durationSeconds);
        line(text, "Total input tokens", "%,d", inputTokens);
        line(text, "Total generated tokens", "%,d", outputTokens);
        line(text, "Request throughput (req/s)", "%.2f", requestsPerSecond());
        line(text, "Output token throughput (tok/s)", "%.2f", outputTokensPerSecond());
        line(text, "Total token throughput (tok/s)", "%.2f", totalTokensPerSecond());
        line(text, "Peak concurrent requests", "%,d", peakConcurrent);
        summary(text, "TTFT", ttft);
        summary(text, "TPOT", tpot);
        summary(text, "ITL", itl);
        summary(text, "E2EL", e2el);
        return text.toString();
    }

    private static void summary(StringBuilder text, String name, Summary values) {
        line(text, "Mean " + name + " (ms)", "%.2f", values.meanMs());
        line(text, "Median " + name + " (ms)", "%.2f", values.medianMs());
        line(text, "P99 " + name + " (ms)", "%.2f", values.p99Ms());
    }

    private static void line(StringBuilder text, String name, String format, Object value) {
        text.append("  %-34s%12s%n".formatted(name, String.format(Locale.ROOT, format, value)));
    }

    private double perSecond(long count) {
        return durationSeconds > 0 ? count / durationSeconds : 0;
    }

    private static boolean successful(RequestRow row) {
        return row.completed()
                && row.sentNs() != RequestRow.NEVER
                && row.firstEventNs() != RequestRow.NEVER
                && row.lastTokenNs() != RequestRow.NEVER;
    }

    private static long known(long tokens) {
        return tokens == RequestRow.NEVER ? 0 : tokens;
    }

    private static DoubleStream tpot(List<RequestRow> good) {
        ToDoubleFunction<RequestRow> each =
                r -> (r.lastTokenNs() - r.firstEventNs()) / (double) (r.outputTokens() - 1);
        return good.stream().filter(r -> known(r.outputTokens()) > 1).mapToDouble(each);
    }

    private static double duration(List<RequestRow> measured) {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (RequestRow row : measured) {
            first = row.sentNs() == RequestRow.NEVER ? first : Math.min(first, row.sentNs());
            last = Math.max(last, row.streamEndNs());
        }
        return first == Long.MAX_VALUE || last <= first ? 0 : (last - first) / NANOS;
    }

    private static long peak(List<RequestRow> good) {
        long first = good.stream().mapToLong(RequestRow::sentNs).min().orElse(0);
        long last = good.stream().mapToLong(RequestRow::lastTokenNs).max().orElse(first);
        long[] alive = new long[(int) ((last - first) / NANOS) + 2];
        for (RequestRow row : good) {
            alive[(int) ((row.sentNs() - first) / NANOS)]++;
            alive[(int) ((row.lastTokenNs() - first) / NANOS) + 1]--;
        }
        Arrays.parallelPrefix(alive, Long::sum);
        return Arrays.stream(alive).max().orElse(0);
    }

    private static Summary itl(Histogram gaps) {
        return new Summary(
                gaps.getMean() / NANOS_PER_MS,
                gaps.getValueAtPercentile(50) / NANOS_PER_MS,
                gaps.getStdDeviation() / NANOS_PER_MS,
                gaps.getValueAtPercentile(99) / NANOS_PER_MS);
    }

    private static Summary summary(DoubleStream nanos) {
        double[] sorted = nanos.map(ns -> ns / NANOS_PER_MS).sorted().toArray();
        if (sorted.length == 0) {
            return Summary.NONE;
        }
        double mean = Arrays.stream(sorted).average().orElse(0);
        double variance =
                Arrays.stream(sorted).map(x -> (x - mean) * (x - mean)).average().orElse(0);
        return new Summary(mean, linear(sorted, 50), Math.sqrt(variance), linear(sorted, 99));
    }

    /** numpy's {@code linear}: position (n − 1)·p/100 between the order statistics. */
    static double linear(double[] sorted, double percentile) {
        double at = (sorted.length - 1) * percentile / 100;
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
