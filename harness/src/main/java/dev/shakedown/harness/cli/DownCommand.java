package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.kuberay.KubeRayEnd;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.process.Leftovers;
import dev.shakedown.harness.cluster.ray.RayEnd;
import dev.shakedown.harness.cluster.ssh.SshEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends what earlier runs left behind. */
@Command(
        name = "down",
        description =
                "End what runs left behind that were killed, or clusters that the named runs have kept; touches nothing that Shakedown did not start.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  shakedown down                                    all but kept clusters",
            "  shakedown down runs/20260101T120000Z-nightly-0a1b2c",
            "  shakedown down RUN --forget                       its machines are gone for good"
        })
final class DownCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description = "end all of this run only, its kept cluster too (id or directory)")
    private List<String> runs = List.of();

    @Option(
            names = "--forget",
            description =
                    "end nothing, and name these runs no more: where what they left can be reached no more")
    private boolean forget;

    @Override
    public Integer call() {
        runs.forEach(DownCommand::requireKnown);
        if (forget) {
            return forgetAll();
        }
        EndReport result;
        try (SshEnd hosts = new SshEnd()) {
            result = end(new Leftovers.Ends(hosts, new KubeRayEnd(), new RayEnd()));
        }
        result.ended().forEach(line -> System.out.println("ended: " + line));
        result.notEnded().forEach(line -> System.out.println("could not be ended: " + line));
        List<KeptRun> kept = KeptClusters.ofUser().all();
        if (result.ended().isEmpty() && result.notEnded().isEmpty()) {
            System.out.println("nothing left behind");
        }
        if (runs.isEmpty()) {
            kept.forEach(run -> System.out.println(stays(run)));
        }
        return (result.notEnded().isEmpty() ? ExitCode.OK : ExitCode.NOT_USABLE).code();
    }

    private int forgetAll() {
        if (runs.isEmpty()) {
            throw new UsageException("--forget: name the runs that are to be forgotten");
        }
        EndReport all = EndReport.NOTHING;
        for (String run : runs) {
            all = all.and(Leftovers.ofUser().forget(run));
        }
        all.ended().forEach(line -> System.out.println("forgotten, may still be there: " + line));
        all.notEnded().forEach(line -> System.out.println("not forgotten: " + line));
        return (all.clean() ? ExitCode.OK : ExitCode.NOT_USABLE).code();
    }

    /** A run that has ended all by itself is known by its directory. */
    private static void requireKnown(String run) {
        List<String> known = Leftovers.ofUser().known();
        Path path = Path.of(run).toAbsolutePath().normalize();
        boolean directory = Files.exists(path.resolve("run.json"));
        if (!directory && !known.contains(String.valueOf(path.getFileName()))) {
            throw new UsageException(
                    "%s: no such run has left anything; %s"
                            .formatted(
                                    run,
                                    known.isEmpty()
                                            ? "nothing is left of any"
                                            : "known: " + String.join(", ", known)));
        }
    }

    private EndReport end(Leftovers.Ends ends) {
        TerminalListener listener = new TerminalListener(Terminal.onStderr(System.getenv()));
        Leftovers leftovers = Leftovers.ofUser();
        if (runs.isEmpty()) {
            return leftovers.end(listener, ends);
        }
        EndReport all = EndReport.NOTHING;
        for (String run : runs) {
            all = all.and(leftovers.end(run, listener, ends));
        }
        return all;
    }

    private static String stays(KeptRun run) {
        return "kept: %s of scenario %s%s; shakedown down %s ends it"
                .formatted(
                        run.cluster().shape(),
                        run.cluster().scenario(),
                        run.usedBy().map(pid -> ", used by process " + pid).orElse(""),
                        run.runId());
    }
}
