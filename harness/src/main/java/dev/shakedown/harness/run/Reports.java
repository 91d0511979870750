package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.reports.ReportWriter;
import dev.shakedown.reports.export.ExportFormat;
import dev.shakedown.reports.render.TextRenderer;
import dev.shakedown.reports.run.RunUnreadableException;
import dev.shakedown.reports.view.VllmView;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** From run directories to what people read; the way for commands to reach the reports module. */
public final class Reports {
    private Reports() {}

    /**
     * Writes a run's reports; neither a full disk nor a mistake in a chart may hide the result, so
     * trouble comes back as text.
     */
    static Optional<String> write(RunDirectory directory) {
        try {
            ReportWriter.write(directory.path());
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of("the reports could not be written" + because(e));
        }
    }

    private static String because(RuntimeException e) {
        return " (%s); run.json is there: `shakedown report` writes them again"
                .formatted(e instanceof UncheckedIOException io ? io.getCause() : e);
    }

    /** Writes a run's reports again; what hinders it comes back as one line. */
    public static Optional<String> rewrite(Path runDirectory) {
        try {
            ReportWriter.write(runDirectory);
            return Optional.empty();
        } catch (RunUnreadableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /**
     * One report over several runs, beside them; empty for fewer than two, and where it could not
     * be written, which must not hide the runs' own results.
     */
    public static Optional<Path> comparison(
            List<RunOutcome> outcomes, Path runs, Progress progress) {
        if (outcomes.size() < 2) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    compareDirectories(
                            outcomes.stream().map(o -> o.directory().path()).toList(), runs));
        } catch (RuntimeException e) {
            progress.say("the comparison could not be written" + because(e));
            return Optional.empty();
        }
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

    /** What runs can be written as, for other tools. */
    public enum Format {
        VLLM(ExportFormat.VLLM),
        PROMETHEUS(ExportFormat.PROMETHEUS),
        CSV(ExportFormat.CSV);

        private final ExportFormat format;

        Format(ExportFormat format) {
            this.format = format;
        }
    }

    /**
     * Runs in the format of another tool.
     *
     * @throws IllegalArgumentException if a directory holds no run that can be read
     */
    public static String exported(List<Path> directories, Format as) {
        try {
            return as.format.export(directories);
        } catch (RunUnreadableException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The same run by the rules of {@code vllm bench serve}. */
    public static String vllmView(RunOutcome outcome) {
        try {
            return VllmView.of(outcome.directory().path()).text();
        } catch (RunUnreadableException | UncheckedIOException e) {
            return "no figures by the rules of vllm bench serve: " + e.getMessage();
        }
    }
}
