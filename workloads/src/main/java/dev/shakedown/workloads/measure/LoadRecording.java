package dev.shakedown.workloads.measure;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * The measured data of one run as three files: {@code histograms.hlog}, {@code requests.csv.gz} and
 * {@code timeseries.csv.gz}. Safe for use by many threads. Everything before the last {@link
 * #flush} can be read after a crash.
 *
 * <p>Failing to write throws {@link java.io.UncheckedIOException}: a run that cannot be recorded
 * cannot go on.
 */
public final class LoadRecording implements AutoCloseable {
    private static final String HISTOGRAMS = "histograms.hlog";
    private static final String REQUESTS = "requests.csv.gz";
    static final String TIME_SERIES = "timeseries.csv.gz";

    /** The names of the files. */
    public static final List<String> FILES = List.of(HISTOGRAMS, REQUESTS, TIME_SERIES);

    private final RunClock clock;
    private final LatencyRecorder latencies;
    private final HistogramLog histograms;
    private final RequestLog requests;
    private final TimeSeriesLog timeSeries;

    /** Creates the three files in an existing directory. */
    public LoadRecording(Path runDirectory, RunClock clock) {
        this(name -> inFolder(runDirectory, name), clock);
    }

    /**
     * For a load on a virtual clock, which has no client that could send late.
     *
     * @param clock the virtual one
     */
    public static LoadRecording virtual(Path runDirectory, RunClock clock) {
        return new LoadRecording(
                name -> inFolder(runDirectory, name),
                clock,
                EnumSet.complementOf(EnumSet.of(Metric.SEND_DELAY)));
    }

    /**
     * Writes to where somebody else puts it.
     *
     * @param files a stream to each of {@link #FILES}; a flush must make safe what was written
     */
    public LoadRecording(Function<String, OutputStream> files, RunClock clock) {
        this(files, clock, EnumSet.allOf(Metric.class));
    }

    private LoadRecording(
            Function<String, OutputStream> files, RunClock clock, Set<Metric> metrics) {
        this.clock = clock;
        latencies = new LatencyRecorder(metrics);
        histograms = new HistogramLog(files.apply(HISTOGRAMS), clock);
        requests = new RequestLog(files.apply(REQUESTS));
        timeSeries = new TimeSeriesLog(files.apply(TIME_SERIES));
    }

    private static OutputStream inFolder(Path folder, String name) {
        try {
            return Files.newOutputStream(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.resolve(name), e);
        }
    }

    /** The clock that every time in the files counts from. */
    public RunClock clock() {
        return clock;
    }

    /** Announces a request, so that its second stays open until it has ended. */
    public void expect(Phase phase, long intendedNs) {
        latencies.expect(phase, intendedNs);
    }

    /** Records a request that was announced and has ended. */
    public void add(RequestRecord request, ChunkGaps gaps) {
        latencies.add(request, gaps);
        requests.add(request);
    }

    /** Records a value of a time series. */
    public void sample(long tNs, String source, Sample sample) {
        timeSeries.add(tNs, source, sample);
    }

    /**
     * Writes what can be written; called each second.
     *
     * @param watermarkNs every request intended before it has been announced
     */
    public synchronized void flush(long watermarkNs) {
        latencies
                .takeClosed(watermarkNs)
                .forEach(i -> histograms.interval(i.second(), i.phase(), i.histograms()));
        histograms.flush();
        requests.flush();
        timeSeries.flush();
    }

    /** Copies of all histograms of a phase; metrics without values have an empty one. */
    public Map<Metric, Histogram> totals(Phase phase) {
        Map<Metric, Histogram> totals = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            totals.put(metric, latencies.total(metric, phase));
        }
        return totals;
    }

    /** A percentile (0 to 100) so far, in nanoseconds; empty without values. */
    public OptionalLong percentileNs(Metric metric, Phase phase, double percentile) {
        return latencies.percentile(metric, phase, percentile);
    }

    @Override
    public synchronized void close() {
        try (timeSeries;
                requests;
                histograms) {
            latencies
                    .takeAll()
                    .forEach(i -> histograms.interval(i.second(), i.phase(), i.histograms()));
        }
    }
}
