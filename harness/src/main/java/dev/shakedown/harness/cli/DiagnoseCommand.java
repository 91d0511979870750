package dev.shakedown.harness.cli;

import dev.shakedown.harness.diagnosis.Diagnosis;
import dev.shakedown.harness.diagnosis.FailureSignatures;
import dev.shakedown.harness.diagnosis.LogBundle;
import dev.shakedown.harness.diagnosis.Match;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Names the cause that collected logs show. */
@Command(
        name = "diagnose",
        description =
                "Name the cause that collected logs show: the earliest known one, from the lowest layer.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown diagnose --logs runs/20261123T201500Z-2x8-tp8-pp2-1a2b3c/logs",
            "  shakedown diagnose --logs /var/log/ray --bundle for-the-issue.zip"
        })
final class DiagnoseCommand implements Callable<Integer> {
    @Option(
            names = "--logs",
            required = true,
            paramLabel = "DIR",
            description = "a folder of logs, best with one folder a node in it")
    private Path logs = Path.of("");

    @Option(
            names = "--bundle",
            paramLabel = "FILE",
            description = "also put the logs into a zip file, without secrets")
    private @Nullable Path bundle;

    @Option(names = "--json", description = "print the result as JSON instead of text")
    private boolean json;

    @Override
    public Integer call() {
        if (!Files.isDirectory(logs)) {
            throw new UsageException("--logs %s: there is no such folder".formatted(logs));
        }
        Diagnosis diagnosis = Diagnosis.ofLogs(logs, FailureSignatures.load(), Set.of());
        if (json) {
            System.out.print(diagnosis.json());
        } else {
            print(diagnosis.rootCause(), System.out);
        }
        Optional.ofNullable(bundle).ifPresent(this::write);
        return (diagnosis.rootCause().isPresent() ? ExitCode.NOT_USABLE : ExitCode.NOT_TRUSTED)
                .code();
    }

    private void write(Path zip) {
        LogBundle written = LogBundle.write(logs, zip);
        System.err.println("%d files in %s".formatted(written.files(), zip));
        written.leftOut().forEach(line -> System.err.println("  | " + Terminal.plain(line)));
    }

    private static void print(Optional<Match> cause, PrintStream out) {
        cause.map(DiagnoseCommand::lines)
                .orElse(
                        List.of(
                                "no known cause in these logs",
                                "next: look for the first ERROR of the node that went silent first;"
                                        + " NCCL_DEBUG=INFO and RAY_DEDUP_LOGS=0 make logs say more"))
                .forEach(line -> out.println(Terminal.plain(line)));
    }

    private static List<String> lines(Match match) {
        String node = match.node().isEmpty() ? "" : " on " + match.node();
        return List.of(
                "cause: %s%s (%s, %s)".formatted(match.cause(), node, match.layer(), match.id()),
                "seen in " + match.seen(),
                "confirm: " + match.confirm(),
                "fix: " + match.fix());
    }
}
