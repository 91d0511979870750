package dev.shakedown.harness.run;

import dev.shakedown.reports.ReportWriter;
import dev.shakedown.reports.render.TextRenderer;
import dev.shakedown.reports.view.VllmView;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** From run directories to what people read; the way for commands to reach the reports module. */
public final class Reports {
    private Reports() {}

    /**
     * Writes a run's reports; a full disk must not hide the result, so trouble comes back as text.
     */
    static Optional<String> write(RunDirectory directory) {
        try {
            ReportWriter.write(directory.path());
            return Optional.empty();
        } catch (UncheckedIOException e) {
            return Optional.of(
                    "the reports could not be written ("
                            + e.getCause()
                            + "); run.json is there: `shakedown report` writes them again");
        }
    }

    /** Writes a run's reports again. */
    public static void rewrite(Path runDirectory) {
        ReportWriter.write(runDirectory);
    }

    /** One report over several runs, beside them; empty if fewer than two got far enough. */
    public static Optional<Path> comparison(List<RunOutcome> outcomes, Path runs) {
        List<Path> directories =
                outcomes.stream().map(outcome -> outcome.directory().path()).toList();
        return directories.size() < 2
                ? Optional.empty()
                : Optional.of(compareDirectories(directories, runs));
    }

    /**
     * Writes the comparison report into a folder of its own below {@code out}, and returns its
     * page.
     */
    public static Path compareDirectories(List<Path> directories, Path out) {
        String name = "comparison-" + directories.getFirst().getFileName();
        return ReportWriter.comparison(directories, out.resolve(name));
    }

    /** The result for a terminal. */
    public static String text(RunOutcome outcome, boolean colour) {
        return TextRenderer.render(outcome.record(), outcome.directory().path(), colour);
    }

    /** The same run by the rules of {@code vllm bench serve}. */
    public static String vllmView(RunOutcome outcome) {
        return VllmView.of(outcome.directory().path()).text();
    }
}
