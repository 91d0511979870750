package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.run.Ending;
import dev.shakedown.harness.run.Reports;
import dev.shakedown.harness.run.RunOutcome;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** What is said when runs have ended: the result on stdout, a failure's cause on stderr. */
final class RunSummary {
    private final Terminal terminal;
    private final PrintStream out;
    private final boolean json;

    RunSummary(Terminal terminal, PrintStream out, boolean json) {
        this.terminal = terminal;
        this.out = out;
        this.json = json;
    }

    void print(RunOutcome outcome, boolean vllmView) {
        switch (outcome.ending()) {
            case Ending.Failed failed -> explain(outcome, failed.failure());
            case Ending.Bug bug ->
                    terminal.line(
                            "a bug in Shakedown, in "
                                    + bug.step()
                                    + ": "
                                    + bug.cause()
                                    + "; the trace is in "
                                    + outcome.directory().bug());
            case Ending.Interrupted interrupted ->
                    terminal.line("interrupted in " + interrupted.step());
            case Ending.Complete _ -> {}
        }
        if (!json) {
            out.println(Reports.text(outcome, terminal.interactive()));
            if (vllmView) {
                out.println(Reports.vllmView(outcome));
            }
        }
        outcome.kept().ifPresent(this::howTo);
    }

    private void howTo(KeptRun kept) {
        terminal.line("kept: the cluster stays up, %s".formatted(kept.cluster().shape()));
        kept.howTo().forEach(line -> terminal.line("  " + line));
    }

    private void explain(RunOutcome outcome, StepFailedException failure) {
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Trouble.print(err, failure);
        outcome.cause().forEach(line -> err.println("  " + line));
    }

    /** The JSON of a command that started nothing. */
    static void printRefusal(boolean json, PrintStream out) {
        if (json) {
            printAll(List.of(), Optional.empty(), true, out);
        }
    }

    /** The last lines of the command: JSON, or where the comparison is. */
    static void printAll(
            List<RunOutcome> outcomes, Optional<Path> comparison, boolean json, PrintStream out) {
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("runs", outcomes.stream().map(RunOutcome::summary).toList());
            result.put("comparison", comparison.map(Path::toString).orElse(null));
            out.println(JsonMapper.shared().writeValueAsString(result));
        } else {
            comparison.ifPresent(path -> out.println("comparison: " + path));
        }
    }
}
