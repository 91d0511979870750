package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.ReusableProvider;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.KeptClusters;
import dev.shakedown.harness.cluster.process.KeptRun;
import dev.shakedown.harness.cluster.process.Leftovers;
import dev.shakedown.harness.cluster.ray.EngineJobs;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A run on the cluster that an earlier one has kept. */
record Reuse(String runId) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * In the place of the provider's own checks, which would find the cluster itself in the way.
     */
    List<Check> preflight(RunContext run) {
        KeptClusters clusters = KeptClusters.ofUser();
        KeptRun kept = clusters.take(runId);
        run.reused(kept);
        List<Check> checks = new ArrayList<>();
        checks.add(ok("cluster", "kept by run " + runId + ", " + kept.cluster().shape()));
        checks.addAll(differences(kept, ClusterAsked.of(run.scenario())));
        Leftovers.ofUser()
                .endEngine(kept.user(), run.listener())
                .ifPresent(ended -> checks.add(left(kept.user(), ended)));
        // Only now: what the user before this one left would else be forgotten.
        clusters.note(runId, run.directory().id());
        return checks;
    }

    private static List<Check> differences(KeptRun kept, Map<String, String> asked) {
        Map<String, String> there = kept.cluster().asked();
        return asked.entrySet().stream()
                .filter(block -> !block.getValue().equals(there.get(block.getKey())))
                .map(
                        block ->
                                new Check(
                                        block.getKey(),
                                        Check.Verdict.FAILED,
                                        "the scenario asks for %s, the kept cluster was made for %s"
                                                .formatted(
                                                        block.getValue(),
                                                        there.getOrDefault(block.getKey(), "none")),
                                        "correct the scenario, or run it with --keep on a cluster of its own"))
                .toList();
    }

    private static Check left(String user, EndReport ended) {
        return ended.clean()
                ? ok("engine", "ended what run " + user + " left when it was killed")
                : new Check(
                        "engine",
                        Check.Verdict.FAILED,
                        "run " + user + " left an engine that cannot be ended: " + ended.notEnded(),
                        "end it by hand");
    }

    private static Check ok(String name, String detail) {
        return new Check(name, Check.Verdict.OK, detail, "");
    }

    /** In the place of starting nodes: takes them up, and looks whether all live and are free. */
    Step clusterUp() {
        return new AttachStep();
    }

    private record AttachStep() implements Step {
        @Override
        public String name() {
            return "ClusterUp";
        }

        @Override
        public Duration deadline(RunContext run) {
            return run.scenario().deadlines().clusterUp();
        }

        @Override
        public Result execute(RunContext run) {
            KeptRun kept = run.reused().orElseThrow();
            ReusableProvider provider = (ReusableProvider) run.provider();
            Cluster cluster = provider.attach(kept.cluster(), token(kept));
            requireWhole(cluster, kept.runId());
            LoadPlace.of(run.scenario().loadFrom(), cluster);
            free(cluster, run);
            run.cluster(cluster);
            return new Skipped(
                    "run %s left it up: %s, %s"
                            .formatted(
                                    kept.runId(),
                                    kept.cluster().shape(),
                                    cluster.rayDashboard().map(Object::toString).orElse("")));
        }
    }

    private static Optional<String> token(KeptRun kept) {
        try {
            return kept.tokenFile().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Files.readString(kept.tokenFile().get()));
        } catch (IOException e) {
            throw new StepFailedException(
                    "the kept cluster's token cannot be read",
                    "",
                    List.of(e.toString()),
                    "shakedown down " + kept.runId());
        }
    }

    private static void free(Cluster cluster, RunContext run) {
        try (RayClient ray = client(cluster)) {
            EngineJobs jobs = new EngineJobs(ray, System::nanoTime);
            jobs.stop().forEach(id -> run.note("ended job " + id + ", which a killed run left"));
            jobs.awaitFreeGpus();
        }
    }

    /** Each node of the cluster must live, with its GPUs. */
    static void requireWhole(Cluster cluster, String runId) {
        Map<String, Cluster.Node> alive;
        try (RayClient ray = client(cluster)) {
            alive =
                    Cluster.alive(ray).stream()
                            .collect(Collectors.toMap(Cluster.Node::id, node -> node));
        } catch (RayRequestException silent) {
            throw notWhole("Ray does not answer", silent.getMessage(), runId);
        }
        for (Cluster.Node node : cluster.nodes()) {
            Optional<Cluster.Node> now = Optional.ofNullable(alive.get(node.id()));
            String name = node.hostname().isEmpty() ? node.ip() : node.hostname();
            if (now.isEmpty()) {
                throw notWhole("node " + name + " is gone", "alive: " + alive.values(), runId);
            }
            if (now.get().gpus() != node.gpus()) {
                throw notWhole(
                        "node %s has %d GPUs in place of %d"
                                .formatted(name, now.get().gpus(), node.gpus()),
                        now.get().toString(),
                        runId);
            }
        }
    }

    private static StepFailedException notWhole(String what, String evidence, String runId) {
        return new StepFailedException(
                "the cluster of run " + runId + " is not whole: " + what,
                "",
                List.of(evidence),
                "shakedown down " + runId + ", then run with --keep again");
    }

    static RayClient client(Cluster cluster) {
        return new RayClient(cluster.rayDashboard().orElseThrow(), cluster.rayToken(), PATIENCE);
    }
}
