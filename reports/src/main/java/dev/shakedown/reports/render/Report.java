package dev.shakedown.reports.render;

import dev.shakedown.reports.run.RunFiles;
import dev.shakedown.reports.run.RunRecord;
import java.util.List;

/**
 * All that a report says about one run, computed; renderers only lay it out.
 *
 * @param directory of the run, as it should be typed
 * @param figures the charts of the load, in reading order
 * @param bringUp the charts of bring-up and smoke job
 * @param notes what the files of the run lack: torn ends, damaged lines, missing files
 */
public record Report(
        RunRecord run,
        String directory,
        List<KeyNumber> keyNumbers,
        List<Figure> figures,
        List<Figure> bringUp,
        List<RunFiles.Listed> files,
        List<String> notes) {

    public Report {
        keyNumbers = List.copyOf(keyNumbers);
        figures = List.copyOf(figures);
        bringUp = List.copyOf(bringUp);
        files = List.copyOf(files);
        notes = List.copyOf(notes);
    }

    /** One of the few numbers that stand on top. {@code detail} may be empty. */
    public record KeyNumber(String name, String value, String unit, String detail) {}
}
