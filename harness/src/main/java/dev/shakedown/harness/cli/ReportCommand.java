package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.Reports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        for (Path run : runs) {
            if (!Files.isRegularFile(run.resolve("run.json"))) {
                throw new UsageException(run + " is not a run directory: it holds no run.json");
            }
            Reports.rewrite(run);
            System.out.println(run.resolve("report.html"));
        }
        if (runs.size() > 1) {
            Path beside =
                    out.toString().isEmpty()
                            ? runs.getFirst().toAbsolutePath().resolve("..").normalize()
                            : out;
            System.out.println(Reports.compareDirectories(runs, beside));
        }
        return ExitCode.OK.code();
    }
}
