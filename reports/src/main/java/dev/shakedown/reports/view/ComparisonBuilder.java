package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Comparison;
import dev.shakedown.reports.render.Comparison.Entry;
import dev.shakedown.reports.render.Figure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes a comparison from run directories. */
public final class ComparisonBuilder {

    private ComparisonBuilder() {}

    /**
     * Compares runs in the given order; the first is what the others are measured against.
     *
     * @throws IllegalArgumentException without runs
     * @throws dev.shakedown.reports.run.RunUnreadableException if one has no usable run.json
     */
    public static Comparison build(List<Path> runDirectories) {
        if (runDirectories.isEmpty()) {
            throw new IllegalArgumentException("nothing to compare");
        }
        List<Entry> entries = new ArrayList<>();
        List<ComparisonFigures.Spectra> spectra = new ArrayList<>();
        List<EnginePeaks> engines = new ArrayList<>();
        Set<String> labels = new HashSet<>();
        for (Path directory : runDirectories) {
            RunData data = RunData.read(directory);
            String name = data.run().scenarioName();
            String label = labels.add(name) ? name : name + " #" + (entries.size() + 1);
            labels.add(label);
            entries.add(new Entry(label, directory.toString(), data.run()));
            spectra.add(ComparisonFigures.Spectra.of(label, data.histograms()));
            engines.add(EnginePeaks.of(data));
        }
        List<Comparison.Row> rows = ComparisonRows.of(entries);
        Optional<Sweep> sweep = Sweep.of(entries, engines);
        List<Figure> figures =
                new ArrayList<>(
                        sweep.map(steps -> new SweepFigures(steps, true).all())
                                .orElseGet(() -> ComparisonFigures.bars(entries, rows)));
        figures.addAll(ComparisonFigures.overlays(spectra, entries, rows));
        return new Comparison(
                sweep.map(Sweep::answer).orElseGet(() -> Answer.of(entries)),
                entries,
                rows,
                Caveats.of(entries),
                figures);
    }
}
