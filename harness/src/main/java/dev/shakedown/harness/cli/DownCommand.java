package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.kuberay.KubeRayEnd;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.process.Leftovers;
import dev.shakedown.harness.cluster.ray.RayEnd;
import dev.shakedown.harness.cluster.ssh.SshEnd;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            "  shakedown down runs/20260101T120000Z-nightly-0a1b2c"
        })
final class DownCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "RUN",
            arity = "0..*",
            description = "end all of this run only, its kept cluster too (id or directory)")
    private List<String> runs = List.of();

    @Override
    public Integer call() {
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
