package dev.shakedown.harness.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterExceptionHandler;

/** The command line: {@code shakedown COMMAND}. */
@Command(
        name = "shakedown",
        description =
                "Takes a GPU cluster out on its trial run: brings it up, proves every GPU, loads vLLM, says what the numbers mean.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            RunCommand.class,
            CheckCommand.class,
            NightlyCommand.class,
            ValidateCommand.class,
            PlanCommand.class,
            ReportCommand.class,
            CompareCommand.class,
            HistoryCommand.class,
            BaselineCommand.class,
            TrendCommand.class,
            ExportCommand.class,
            DiagnoseCommand.class,
            SimulateCommand.class,
            DownCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown run scenarios/2x8-tp8-pp2.yaml",
            "  shakedown run scenarios/shapes.yaml --set load.arrivals.poisson=40/s",
            "  shakedown check scenarios/2x8-tp8-pp2.yaml",
            "  shakedown plan scenarios/local-1x2-tp2.yaml",
            "",
            "Exit codes: 0 passed, 1 a limit missed or a regression, 2 usage or scenario not valid, 3 cluster",
            "or engine not usable, 4 the numbers cannot be trusted, 70 a bug in Shakedown, 130 interrupted."
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Runs one command and returns the exit code. */
    static int execute(String... args) {
        CommandLine line = new CommandLine(new Main());
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler(Trouble::report);
        IParameterExceptionHandler asUsual = line.getParameterExceptionHandler();
        line.setParameterExceptionHandler(
                (wrong, words) -> {
                    Object command = wrong.getCommandLine().getCommand();
                    if (command instanceof RunCommand || command instanceof CheckCommand) {
                        RunSummary.printRefusal(List.of(words).contains("--json"), System.out);
                    }
                    return asUsual.handleParseException(wrong, words);
                });
        try {
            return line.execute(args);
        } catch (Error e) {
            // picocli hands on exceptions only; a JVM that ends by itself would exit with 1.
            return Trouble.bug(e, line.getErr());
        }
    }
}
