package dev.shakedown.harness.cli;

import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.run.BenchmarkRun;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.scenario.Scenario;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --keep --reuse RUN}, shared by the commands that run scenarios. */
final class ClusterUse {
    private static final String LAST = "last";

    @Option(
            names = "--keep",
            description = "leave the cluster up, without its engine, and say how to use and end it")
    private boolean keep;

    @Option(
            names = "--reuse",
            paramLabel = "RUN",
            description =
                    "use the cluster that run RUN (id or directory) has kept, or the last of the"
                            + " same scenario: last; it stays up")
    private @Nullable String reuse;

    /** What was asked for, scenario by scenario; throws before anything starts. */
    List<PlannedRun> plan(List<Scenario> scenarios, RunOptions options) {
        if (keep && scenarios.size() > 1) {
            throw new UsageException(
                    "--keep: %d scenarios, and a cluster that stays is in the way of the next; keep the first one's, then run the others with --reuse"
                            .formatted(scenarios.size()));
        }
        return scenarios.stream().map(scenario -> plan(scenario, options)).toList();
    }

    private PlannedRun plan(Scenario scenario, RunOptions options) {
        Optional<String> wanted = Optional.ofNullable(reuse);
        if (scenario.virtualClock()) {
            refuseOnVirtualClock(scenario, keep || wanted.isPresent(), options);
        }
        if ((keep || wanted.isPresent()) && !BenchmarkRun.canKeep(scenario)) {
            throw new UsageException(
                    "%s: --keep and --reuse are for clusters that Shakedown starts; this one of provider %s is somebody else's and stays up in any case"
                            .formatted(scenario.name(), scenario.cluster().provider().key()));
        }
        RunOptions kept = keep ? options.keeping() : options;
        Optional<KeptRun> cluster = wanted.map(run -> find(run, scenario));
        return new PlannedRun(
                scenario, cluster.map(there -> kept.reusing(there.runId())).orElse(kept), cluster);
    }

    private static void refuseOnVirtualClock(Scenario scenario, boolean stays, RunOptions options) {
        String needsWall = "; use --set cluster.clock=wall";
        if (stays) {
            throw new UsageException(
                    scenario.name()
                            + ": --keep and --reuse are for clusters that come up, which none does on a virtual clock"
                            + needsWall);
        }
        if (options.equals(RunOptions.CHECK)) {
            throw new UsageException(
                    scenario.name() + ": there is nothing to check on a virtual clock" + needsWall);
        }
    }

    private static KeptRun find(String run, Scenario scenario) {
        KeptClusters all = KeptClusters.ofUser();
        Optional<KeptRun> found =
                run.equals(LAST)
                        ? all.all().stream().filter(kept -> isFor(kept, scenario)).findFirst()
                        : all.named(run);
        return found.orElseThrow(
                () ->
                        new UsageException(
                                "--reuse %s: %s; %s"
                                        .formatted(
                                                run,
                                                run.equals(LAST)
                                                        ? "no run of "
                                                                + scenario.name()
                                                                + " has kept its cluster"
                                                        : "this run has kept no cluster",
                                                known(all.all()))));
    }

    private static boolean isFor(KeptRun kept, Scenario scenario) {
        return kept.cluster().scenario().equals(scenario.name());
    }

    private static String known(List<KeptRun> kept) {
        return kept.isEmpty()
                ? "none is kept, run with --keep first"
                : "kept: " + kept.stream().map(KeptRun::runId).collect(Collectors.joining(", "));
    }
}
