package dev.shakedown.workloads.measure;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import org.HdrHistogram.Histogram;

/**
 * The measured data of one run on disk: {@code histograms.hlog}, {@code requests.csv.gz} and {@code
 * timeseries.csv.gz}. Safe for use by many threads. Everything before the last {@link #flush} can
 * be read after a crash.
 *
 * <p>Failing to write throws {@link java.io.UncheckedIOException}: a run that cannot be recorded
 * cannot go on.
 */
public final class LoadRecording implements AutoCloseable {
    private final RunClock clock;
    private final LatencyRecorder latencies = new LatencyRecorder();
    private final HistogramLog histograms;
    private final RequestLog requests;
    private final TimeSeriesLog timeSeries;

    /** Creates the three files in an existing directory. */
    public LoadRecording(Path runDirectory, RunClock clock) {
        this.clock = clock;
        histograms = new HistogramLog(runDirectory.resolve("histograms.hlog"), clock);
        requests = new RequestLog(runDirectory.resolve("requests.csv.gz"));
        timeSeries = new TimeSeriesLog(runDirectory.resolve("timeseries.csv.gz"));
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
