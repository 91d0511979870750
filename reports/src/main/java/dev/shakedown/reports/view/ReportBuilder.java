package dev.shakedown.reports.view;

import dev.shakedown.reports.render.Figure;
import dev.shakedown.reports.render.Report;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes the model of a report from a run directory. */
public final class ReportBuilder {

    private ReportBuilder() {}

    /**
     * Reads everything and computes everything.
     *
     * @throws dev.shakedown.reports.run.RunUnreadableException if there is no usable run.json
     */
    public static Report build(Path runDirectory) {
        RunData data = RunData.read(runDirectory);
        return new Report(
                data.run(),
                runDirectory.toString(),
                KeyNumbers.of(data.run()),
                data.run().series().isPresent()
                        ? SeriesFigures.of(runDirectory, data.run())
                        : draw(RunFigure.LOAD, data),
                draw(RunFigure.BRING_UP, data),
                data.files(),
                data.notes());
    }

    private static List<Figure> draw(List<RunFigure> figures, RunData data) {
        return figures.stream().map(figure -> figure.draw(data)).flatMap(Optional::stream).toList();
    }
}
