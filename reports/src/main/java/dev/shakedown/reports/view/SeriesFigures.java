package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Comparison.Entry;
import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.run.RunRecord;
import dev.shakedown.reports.run.RunUnreadableException;
import dev.shakedown.reports.run.SeriesSummary;
import dev.shakedown.reports.run.SeriesSummary.Load;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The curves over the loads of a series; of several loads at one rate, the first is drawn. */
final class SeriesFigures {
    private static final int LEAST = 2;

    private SeriesFigures() {}

    static List<Figure> of(Path runDirectory, RunRecord run) {
        SeriesSummary series = run.series().orElseThrow();
        List<Sweep.Step> steps = new ArrayList<>();
        Set<Double> drawn = new HashSet<>();
        for (Load load : series.loads()) {
            if (drawn.add(load.amount())) {
                add(steps, runDirectory, load);
            }
        }
        steps.sort(Comparator.comparingDouble(Sweep.Step::rate));
        boolean rates = series.loads().stream().allMatch(load -> load.asked().endsWith("/s"));
        return steps.size() < LEAST ? List.of() : new SweepFigures(new Sweep(steps), rates).all();
    }

    /** A load that cannot be read is left out: its row in the table is still there. */
    private static void add(List<Sweep.Step> steps, Path runDirectory, Load load) {
        Path directory = runDirectory.resolve(load.directory());
        try {
            RunData data = RunData.read(directory);
            Entry entry = new Entry(load.asked(), directory.toString(), data.run());
            steps.add(new Sweep.Step(entry, load.amount(), EnginePeaks.of(data)));
        } catch (RunUnreadableException gone) {
            // Deleted to save room, say.
        }
    }
}
