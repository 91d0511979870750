package dev.shakedown.reports.view;

import dev.shakedown.reports.chart.XyChart;
import dev.shakedown.reports.run.HistogramLog;
import dev.shakedown.reports.run.RequestRow;
import dev.shakedown.reports.run.RunFiles;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunRecord.PhaseSpan;
import dev.shakedown.reports.run.RunStore;
import dev.shakedown.reports.run.TimeSeries;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything in one run directory, read once.
 *
 * @param notes what was missing or torn
 */
record RunData(
        RunRecord run,
        HistogramLog histograms,
        List<RequestRow> requests,
        TimeSeries series,
        List<RunFiles.Listed> files,
        List<String> notes) {

    private static final double NANOS = 1e9;

    static RunData read(Path runDirectory) {
        RunRecord run = RunStore.read(runDirectory);
        RunFiles files = RunFiles.of(runDirectory);
        List<String> notes = new ArrayList<>();
        HistogramLog histograms = whole(files.histograms(), "histograms.hlog", notes);
        if (histograms.damagedLines() > 0) {
            notes.add(histograms.damagedLines() + " lines of histograms.hlog cannot be decoded");
        }
        return new RunData(
                run,
                histograms,
                whole(files.requests(), "requests.csv.gz", notes),
                whole(files.timeSeries(), "timeseries.csv.gz", notes),
                files.listing(),
                notes);
    }

    private static <T> T whole(RunFiles.Content<T> content, String name, List<String> notes) {
        if (content.torn()) {
            notes.add(name + " ends in the middle; what comes before was used");
        }
        return content.value();
    }

    /** Seconds since {@code startedAt} at which the load began; charts of the load start there. */
    double loadStart() {
        return run.phases().stream().mapToLong(PhaseSpan::startNs).min().orElse(0) / NANOS;
    }

    /** The phases as bands, in seconds since the load began. */
    List<XyChart.Band> bands() {
        double start = loadStart();
        return run.phases().stream()
                .map(
                        phase ->
                                new XyChart.Band(
                                        phase.name(),
                                        phase.startNs() / NANOS - start,
                                        phase.endNs() / NANOS - start))
                .toList();
    }
}
