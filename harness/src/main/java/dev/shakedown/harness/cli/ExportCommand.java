package dev.shakedown.harness.cli;

import dev.shakedown.harness.run.Reports;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes runs in the formats of other tools. */
@Command(
        name = "export",
        description = "Print runs in the format of another tool, on standard output.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown export --as vllm runs/20261123T201500Z-2x8-tp8-pp2-1a2b3c",
            "  shakedown export --as csv runs/*"
        })
final class ExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", arity = "1..*", description = "run directories")
    private List<Path> runs = List.of();

    @Option(
            names = "--as",
            required = true,
            paramLabel = "FORMAT",
            description =
                    "vllm (JSON lines with the keys of `vllm bench serve --save-result`), prometheus (text format) or csv (one row a run)")
    private Reports.Format format = Reports.Format.CSV;

    @Override
    public Integer call() {
        List<Path> readable = ReportCommand.runsOf(runs);
        try {
            System.out.print(Reports.exported(readable, format));
        } catch (IllegalArgumentException unreadable) {
            throw new UsageException(String.valueOf(unreadable.getMessage()));
        }
        System.out.flush();
        return (readable.size() == runs.size() ? ExitCode.OK : ExitCode.USAGE).code();
    }
}
