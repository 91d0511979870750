package dev.shakedown.reports.view;

import dev.shakedown.reports.regression.Arms;
import dev.shakedown.reports.regression.MetricResult;
import dev.shakedown.reports.regression.PrimaryMetric;
import dev.shakedown.reports.regression.Regression;
import dev.shakedown.reports.regression.RegressionResult;
import dev.shakedown.reports.regression.ShiftFunction;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.RegressionReport;
import dev.shakedown.reports.run.RunFiles;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Makes the report of a comparison of two groups of runs from their directories. */
public final class RegressionBuilder {
    private static final double NANOS_PER_MS = 1e6;

    private final Map<String, Path> directories = new LinkedHashMap<>();

    private RegressionBuilder() {}

    /**
     * Compares all runs of two groups, in the order in which they started.
     *
     * @throws dev.shakedown.reports.run.RunUnreadableException if one has no usable run.json
     * @throws java.io.UncheckedIOException if a file cannot be read
     */
    public static RegressionReport compare(
            Regression regression, List<Path> baseline, List<Path> candidate) {
        RegressionBuilder builder = new RegressionBuilder();
        Arms arms = Arms.of(builder.read(baseline), builder.read(candidate));
        return builder.report(regression.compare(arms), arms);
    }

    /**
     * The report of a comparison that is judged already.
     *
     * @param runs directories of all runs of {@code result}
     */
    public static RegressionReport of(RegressionResult result, List<Path> runs) {
        RegressionBuilder builder = new RegressionBuilder();
        builder.read(runs);
        return builder.report(result, result.arms());
    }

    private List<RunRecord> read(List<Path> runs) {
        List<RunRecord> records = new ArrayList<>();
        for (Path directory : runs) {
            RunRecord run = RunStore.read(directory);
            directories.put(run.id(), directory);
            records.add(run);
        }
        records.sort(Comparator.comparing(RunRecord::startedAt));
        return records;
    }

    private RegressionReport report(RegressionResult result, Arms all) {
        Set<String> tags =
                result.metrics().stream()
                        .flatMap(found -> tag(found.metric()).stream())
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        Map<String, List<Histogram>> before = histograms(result.arms().baseline(), tags);
        Map<String, List<Histogram>> after = histograms(result.arms().candidate(), tags);
        List<ShiftFunction> shifts = shifts(result, before, after);
        RegressionSentence sentence = new RegressionSentence(result, shifts);
        return new RegressionReport(
                all.all().getFirst().scenarioName(),
                result,
                sentence.text(),
                sentence.next(),
                result.metrics().stream().map(found -> row(found, before, after)).toList(),
                shifts,
                figures(result, shifts, before, after),
                places(all.baseline()),
                places(all.candidate()));
    }

    private static List<Figure> figures(
            RegressionResult result,
            List<ShiftFunction> shifts,
            Map<String, List<Histogram>> before,
            Map<String, List<Histogram>> after) {
        List<Figure> figures = new ArrayList<>();
        RegressionFigures.intervals(result).ifPresent(figures::add);
        for (ShiftFunction shift : shifts) {
            figures.add(RegressionFigures.shift(shift));
            RegressionFigures.spectrum(shift.tag(), before, after).ifPresent(figures::add);
        }
        return figures;
    }

    private List<String> places(List<RunRecord> runs) {
        return runs.stream().map(this::directory).map(Path::toString).toList();
    }

    private Path directory(RunRecord run) {
        return Optional.ofNullable(directories.get(run.id()))
                .orElseThrow(() -> new IllegalArgumentException("no directory of " + run.id()));
    }

    /** Tag to the measured values of each run; only tags that every run has. */
    private Map<String, List<Histogram>> histograms(List<RunRecord> runs, Set<String> tags) {
        Map<String, List<Histogram>> all = new LinkedHashMap<>();
        tags.forEach(tag -> all.put(tag, new ArrayList<>()));
        if (!tags.isEmpty()) {
            runs.stream()
                    .map(run -> RunFiles.of(directory(run)).histograms(tags::contains).value())
                    .forEach(log -> all.forEach((tag, of) -> log.merged(tag).ifPresent(of::add)));
        }
        all.values().removeIf(found -> found.size() < runs.size());
        return all;
    }

    /** Of the latencies that are primary metrics. */
    private static List<ShiftFunction> shifts(
            RegressionResult result,
            Map<String, List<Histogram>> before,
            Map<String, List<Histogram>> after) {
        return before.keySet().stream()
                .flatMap(
                        tag ->
                                ShiftFunction.of(
                                        tag,
                                        before.getOrDefault(tag, List.of()),
                                        after.getOrDefault(tag, List.of()),
                                        result.arms().paired())
                                        .stream())
                .toList();
    }

    private static RegressionReport.Row row(
            MetricResult found,
            Map<String, List<Histogram>> before,
            Map<String, List<Histogram>> after) {
        return new RegressionReport.Row(
                found,
                percentile(found.metric(), before).orElse(found.baseline()),
                percentile(found.metric(), after).orElse(found.candidate()));
    }

    private static Optional<Double> percentile(
            PrimaryMetric metric, Map<String, List<Histogram>> histograms) {
        return tag(metric)
                .map(histograms::get)
                .map(ShiftFunction::merged)
                .map(h -> h.getValueAtPercentile(percentile(metric)) / NANOS_PER_MS);
    }

    /** Of {@code ttft.intended.p99} it is {@code ttft.intended}. */
    private static Optional<String> tag(PrimaryMetric metric) {
        int at = metric.name().lastIndexOf(".p");
        return at < 0 ? Optional.empty() : Optional.of(metric.name().substring(0, at));
    }

    private static double percentile(PrimaryMetric metric) {
        return Double.parseDouble(metric.name().substring(metric.name().lastIndexOf(".p") + 2));
    }
}
