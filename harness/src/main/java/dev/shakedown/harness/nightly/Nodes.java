package dev.shakedown.harness.nightly;

import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.kuberay.KubeRayEnd;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.process.Leftovers;
import dev.shakedown.harness.cluster.ray.RayEnd;
import dev.shakedown.harness.cluster.ssh.SshEnd;
import dev.shakedown.harness.run.BenchmarkRun;
import dev.shakedown.harness.run.RunOptions;
import dev.shakedown.harness.run.RunOutcome;
import dev.shakedown.harness.scenario.Scenario;
import java.util.Optional;

/**
 * The cluster that stays up from one start to the next, so that only the engine restarts. One at a
 * time: a scenario that asks for another ends it.
 */
final class Nodes {
    private final Journal journal;
    private final Progress progress;

    Nodes(Journal journal, Progress progress) {
        this.journal = journal;
        this.progress = progress;
    }

    /** The options with which a run uses what is up, and leaves it up. */
    RunOptions with(Scenario scenario, RunOptions options) {
        if (scenario.virtualClock() || !BenchmarkRun.canKeep(scenario)) {
            return options;
        }
        Optional<KeptRun> there = kept();
        if (there.filter(kept -> BenchmarkRun.canUse(kept, scenario)).isPresent()) {
            return options.reusing(there.get().runId());
        }
        release();
        return options.keeping();
    }

    /** Takes note of what a run has left up; after one that failed nothing is relied on. */
    void after(RunOutcome outcome) {
        outcome.kept().ifPresent(kept -> journal.add(new NightEvent.Kept(kept.runId())));
        switch (outcome.grade()) {
            case NOT_USABLE, BUG -> release();
            case PASSED, LIMIT_MISSED, NOT_TRUSTED, INTERRUPTED -> {}
        }
    }

    /** Ends what a run left that was killed in its middle. */
    void endLeftoversOf(String run) {
        if (!journal.state().kept().equals(Optional.of(run))) {
            end(run);
        }
    }

    /** Takes note of a cluster that a run left up before anybody could. */
    void found(String run) {
        KeptClusters.ofUser()
                .named(run)
                .ifPresent(kept -> journal.add(new NightEvent.Kept(kept.runId())));
    }

    /** Ends the cluster that is up, if one is. */
    void release() {
        journal.state()
                .kept()
                .ifPresent(
                        run -> {
                            end(run);
                            journal.add(new NightEvent.Released(run));
                        });
    }

    private Optional<KeptRun> kept() {
        return journal.state().kept().flatMap(run -> KeptClusters.ofUser().named(run));
    }

    private void end(String run) {
        EndReport report;
        try (SshEnd hosts = new SshEnd()) {
            report =
                    Leftovers.ofUser()
                            .end(
                                    run,
                                    Progress.SILENT,
                                    new Leftovers.Ends(hosts, new KubeRayEnd(), new RayEnd()));
        }
        report.notEnded()
                .forEach(
                        left ->
                                progress.say(
                                        "could not be ended: %s; shakedown down %s"
                                                .formatted(left, run)));
    }
}
