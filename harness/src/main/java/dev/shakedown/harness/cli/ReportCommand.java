package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.Reports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Renders the reports of run directories again. */
@Command(
        name = "report",
        description =
                "Render report.html, summary.md and junit.xml again from run directories; several give a comparison too.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  shakedown report runs/20261123T201500Z-2x8-tp8-pp2-1a2b3c")
final class ReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "1..*", description = "run directories")
    private List<Path> runs = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "where a comparison goes (default: beside the first run)")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        List<Path> readable = runsOf(runs).stream().filter(ReportCommand::rendered).toList();
        if (readable.size() > 1) {
            Path beside =
                    out.toString().isEmpty()
                            ? readable.getFirst().toAbsolutePath().resolve("..").normalize()
                            : out;
            System.out.println(Reports.compareDirectories(readable, beside));
        }
        return (readable.size() == runs.size() ? ExitCode.OK : ExitCode.USAGE).code();
    }

    /** Those that are run directories; the others are named. */
    static List<Path> runsOf(List<Path> folders) {
        return folders.stream().filter(ReportCommand::isRun).toList();
    }

    private static boolean isRun(Path folder) {
        boolean run = Files.isRegularFile(folder.resolve("run.json"));
        if (!run) {
            System.err.println(folder + " is not a run directory: it holds no run.json");
        }
        return run;
    }

    private static boolean rendered(Path run) {
        Optional<String> trouble = Reports.rewrite(run);
        trouble.ifPresentOrElse(
                System.err::println, () -> System.out.println(run.resolve("report.html")));
        return trouble.isEmpty();
    }
}
