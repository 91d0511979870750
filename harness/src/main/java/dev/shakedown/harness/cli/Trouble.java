package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.engine.Secrets;
import dev.shakedown.harness.history.HistoryException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/**
 * What a person sees when a command throws: a sentence for what can happen, a bug report for what
 * must not.
 */
final class Trouble {
    private Trouble() {}

    static int report(Exception trouble, CommandLine line, ParseResult parsed) {
        PrintWriter err = line.getErr();
        return switch (trouble) {
            case UsageException e -> {
                err.println(e.getMessage());
                yield ExitCode.USAGE.code();
            }
            case StepFailedException e -> {
                print(err, e);
                yield ExitCode.NOT_USABLE.code();
            }
            case HistoryException e -> {
                err.println(Terminal.plainLines(String.valueOf(e.getMessage())).stripTrailing());
                yield ExitCode.NOT_USABLE.code();
            }
            case UncheckedIOException e -> {
                err.println(Terminal.plain(String.valueOf(e.getMessage())));
                err.println("  | " + Terminal.plain(String.valueOf(e.getCause())));
                yield ExitCode.NOT_USABLE.code();
            }
            default -> bug(trouble, err);
        };
    }

    /**
     * What failed, where, what shows it, what to do next. Evidence comes from logs: neither their
     * control characters nor their secrets are shown.
     */
    static void print(PrintWriter err, StepFailedException e) {
        err.println(shown((e.node().isEmpty() ? "" : e.node() + ": ") + e.what()));
        e.evidence().forEach(line -> err.println("  | " + shown(line)));
        if (!e.next().isEmpty()) {
            err.println("  next: " + e.next());
        }
    }

    private static String shown(String foreign) {
        return Terminal.plain(Secrets.masked(foreign));
    }

    /** The stack trace goes to a file, where it can be attached to an issue. */
    static int bug(Throwable trouble, PrintWriter err) {
        StringWriter trace = new StringWriter();
        trouble.printStackTrace(new PrintWriter(trace, true));
        err.println("a bug in Shakedown: " + trouble);
        try {
            Path file = Files.createTempFile("shakedown-bug-", ".txt");
            Files.writeString(file, trace.toString());
            err.println("  next: please report it with " + file);
        } catch (IOException e) {
            err.println(trace);
        }
        return ExitCode.BUG.code();
    }
}
