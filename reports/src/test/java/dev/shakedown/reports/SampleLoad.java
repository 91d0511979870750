package dev.shakedown.reports;

import dev.shakedown.reports.run.GpuSummary;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** The requests of a {@link SampleRun} and the files they leave. */
final class SampleLoad {
    static final long LOAD_START = 96_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final int TOKENS = 64;

    private final List<Sample> samples = new ArrayList<>();

    private record Sample(
            boolean warmUp, long intended, long sent, long first, long last, boolean completed) {
        Map<String, Long> metrics() {
            Map<String, Long> all = new LinkedHashMap<>();
            all.put("ttft.intended", first - intended);
            all.put("ttft", first - sent);
            all.put("tpot", (last - first) / (TOKENS - 1));
            all.put("icl", (last - first) / (TOKENS - 1));
            all.put("e2e.intended", last - intended);
            all.put("e2e", last - sent);
            all.put("sendDelay", sent - intended);
            return all;
        }
    }

    static SampleLoad draw(SampleRun run) {
        SampleLoad load = new SampleLoad();
        Random random = new Random(run.seed());
        long end = (5L + run.seconds()) * SECOND;
        double at = 0;
        while (true) {
            at += -Math.log(1 - random.nextDouble()) / run.rate() * SECOND;
            if (at >= end) {
                return load;
            }
            long intended = LOAD_START + (long) at;
            long sent = intended + 40_000 + (long) (random.nextDouble() * 200_000);
            long ttft = lognormal(random, run.ttftMedianMs(), 0.45);
            long tpot = lognormal(random, run.tpotMedianMs(), 0.18);
            load.samples.add(
                    new Sample(
                            at < 5 * SECOND,
                            intended,
                            sent,
                            sent + ttft,
                            sent + ttft + tpot * (TOKENS - 1),
                            random.nextInt(250) != 0));
        }
    }

    private static long lognormal(Random random, double medianMs, double sigma) {
        return (long) (medianMs * 1e6 * Math.exp(sigma * random.nextGaussian()));
    }

    long end() {
        return samples.stream().mapToLong(Sample::last).max().orElseThrow();
    }

    long offered() {
        return samples.stream().filter(s -> !s.warmUp()).count();
    }

    long completed() {
        return samples.stream().filter(s -> !s.warmUp() && s.completed()).count();
    }

    long outputTokens() {
        return completed() * TOKENS;
    }

    Map<String, Histogram> measured() {
        Map<String, Histogram> merged = new LinkedHashMap<>();
        samples.stream()
                .filter(s -> !s.warmUp() && s.completed())
                .flatMap(s -> s.metrics().entrySet().stream())
                .forEach(
                        m ->
                                merged.computeIfAbsent(m.getKey(), _ -> new Histogram(3))
                                        .recordValue(m.getValue()));
        return merged;
    }

    void writeRequests(Path file) throws IOException {
        try (BufferedWriter out = gzip(file)) {
            out.write(
                    "id,phase,intended_ns,sent_ns,headers_ns,first_event_ns,first_token_ns,first_content_ns,"
                            + "last_token_ns,stream_end_ns,input_tokens,output_tokens,token_source,outcome,status,error\n");
            for (int i = 0; i < samples.size(); i++) {
                Sample s = samples.get(i);
                long first = s.first();
                String times =
                        s.completed()
                                ? "%d,%d,%d,%d,%d,%d"
                                        .formatted(
                                                s.sent() + 900_000,
                                                first,
                                                first,
                                                first,
                                                s.last(),
                                                s.last() + 50_000)
                                : "%d,,,,,%d".formatted(s.sent() + 900_000, first);
                String end =
                        s.completed()
                                ? "1000," + TOKENS + ",usage,Completed,200,"
                                : "1000,,,Broken,200,\"reset, by \"\"peer\"\"\"";
                out.write(
                        "%d,%s,%d,%d,%s,%s\n"
                                .formatted(
                                        i,
                                        s.warmUp() ? "warmup" : "measure",
                                        s.intended(),
                                        s.sent(),
                                        times,
                                        end));
            }
        }
    }

    void writeHistograms(Path file) throws IOException {
        try (PrintStream out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
            HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputLogFormatVersion();
            log.outputLegend();
            Map<String, Histogram> tags = new LinkedHashMap<>();
            long second = LOAD_START / SECOND;
            for (Sample s : samples) {
                if (s.intended() / SECOND != second) {
                    writeSecond(log, second, tags);
                    second = s.intended() / SECOND;
                }
                if (s.completed()) {
                    String prefix = s.warmUp() ? "warmup/" : "";
                    s.metrics().forEach((tag, value) -> count(tags, prefix + tag, value));
                }
            }
            writeSecond(log, second, tags);
        }
    }

    private static void count(Map<String, Histogram> tags, String tag, long value) {
        tags.computeIfAbsent(tag, _ -> new Histogram(3)).recordValue(value);
    }

    /** Histograms are large; a second's are gone before the next one's are made. */
    private static void writeSecond(
            HistogramLogWriter log, long second, Map<String, Histogram> tags) {
        tags.forEach(
                (tag, values) -> {
                    values.setTag(tag);
                    log.outputIntervalHistogram(second, second + 1, values, 1e6);
                });
        tags.clear();
    }

    void writeTimeSeries(Path file) throws IOException {
        try (BufferedWriter out = gzip(file)) {
            out.write("t_ns,source,metric,labels,value\n");
            for (long t = LOAD_START; t < end(); t += SECOND) {
                long now = t;
                long running =
                        samples.stream().filter(s -> s.sent() <= now && s.last() > now).count();
                String labels = "\"engine=\"\"0\"\",model_name=\"\"m\"\"\"";
                out.write(t + ",vllm,vllm:num_requests_running," + labels + "," + running + "\n");
                out.write(
                        t
                                + ",vllm,vllm:num_requests_waiting,"
                                + labels
                                + ","
                                + Math.max(0, running - 40)
                                + "\n");
                out.write(
                        t
                                + ",vllm,vllm:kv_cache_usage_perc,"
                                + labels
                                + ","
                                + running / 120.0
                                + "\n");
            }
        }
    }

    /** As a second member of the file, which is how the harness adds them. */
    void addGpus(Path file, GpuSummary gpus) throws IOException {
        try (BufferedWriter out = gzip(file, StandardOpenOption.APPEND)) {
            for (GpuSummary.Gpu gpu : gpus.gpus()) {
                for (long t = LOAD_START - 2 * SECOND; t < end(); t += SECOND) {
                    boolean loaded = t > LOAD_START;
                    String at = t + "," + gpus.source() + ",";
                    String power = loaded ? String.valueOf(gpu.watts().orElseThrow()) : "120";
                    out.write(at + "gpu_power_watts," + gpu.labels() + "," + power + "\n");
                    String clock = String.valueOf(gpu.smClockMhz().orElseThrow());
                    out.write(at + "gpu_sm_clock_mhz," + gpu.labels() + "," + clock + "\n");
                }
            }
        }
    }

    private static BufferedWriter gzip(Path file, OpenOption... how) throws IOException {
        return new BufferedWriter(
                new OutputStreamWriter(
                        new GZIPOutputStream(Files.newOutputStream(file, how)),
                        StandardCharsets.UTF_8));
    }
}
