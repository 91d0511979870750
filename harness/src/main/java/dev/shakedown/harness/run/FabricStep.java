package dev.shakedown.harness.run;

import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.engine.Secrets;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.workloads.fabric.FabricCheck;
import dev.shakedown.workloads.fabric.FabricJob;
import dev.shakedown.workloads.fabric.FabricOutcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Proves what is between the GPUs, before vLLM needs it. Ray is green when its own ports are open;
 * a cluster whose other ports are blocked fails here, by name, and not in a silent engine.
 */
record FabricStep() implements Step {
    /** The job has the scenario's deadline; this is for its submit, start, and finding out why. */
    private static final Duration GRACE = FabricRun.JOB_STARTS.plusSeconds(55);

    /** How the processes of different nodes find each other. */
    private static final List<String> NETWORK =
            List.of("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME", "TP_SOCKET_IFNAME", "VLLM_HOST_IP");

    @Override
    public String name() {
        return "Fabric";
    }

    @Override
    public Duration deadline(RunContext run) {
        return run.scenario().deadlines().fabric().plus(GRACE);
    }

    @Override
    public Result execute(RunContext run) {
        Optional<URI> dashboard = run.cluster().flatMap(Cluster::rayDashboard);
        Optional<String> needless = needless(run.scenario());
        if (needless.isPresent() || dashboard.isEmpty()) {
            return new Skipped(needless.orElse("no Ray dashboard to submit the job to"));
        }
        try (RayClient ray = run.ray(dashboard.get())) {
            FabricResult result =
                    new FabricRun(ray, run.listener(), System::nanoTime)
                            .run(job(run.scenario()), check(run));
            run.fabric(result);
            keep(run, result.log());
            return judged(run, result);
        }
    }

    /** The job of a scenario. */
    static FabricJob job(Scenario scenario) {
        Duration within = scenario.deadlines().fabric();
        return new FabricJob(
                scenario.cluster().nodes(),
                scenario.cluster().gpusPerNode(),
                within.toSeconds() < 1 ? Duration.ofSeconds(1) : within,
                List.copyOf(environment(scenario)));
    }

    /**
     * The variables that must get from where Ray starts to its workers; no secret's, and not the
     * one that Ray sets for each actor.
     */
    private static SortedSet<String> environment(Scenario scenario) {
        SortedSet<String> names = new TreeSet<>(NETWORK);
        scenario.engine().ifPresent(engine -> names.addAll(engine.env().keySet()));
        names.removeIf(EngineSpec::isSecret);
        names.remove("CUDA_VISIBLE_DEVICES");
        return names;
    }

    private static FabricCheck check(RunContext run) {
        SortedSet<String> names = environment(run.scenario());
        Map<String, Map<String, String>> expected = new HashMap<>();
        for (Cluster.Node node : run.cluster().map(Cluster::nodes).orElse(List.of())) {
            Map<String, String> env = new HashMap<>(node.env());
            env.keySet().retainAll(names);
            expected.put(node.ip(), env);
        }
        return new FabricCheck(run.scenario().expectedTransport(), expected);
    }

    /** Why nothing is to be proved in this scenario, where that is so. */
    static Optional<String> needless(Scenario scenario) {
        if (scenario.cluster().gpus() == 1) {
            return Optional.of("a single GPU has no other to talk to");
        }
        if (scenario.virtualClock()) {
            return Optional.of("nothing is sent between nodes on a virtual clock");
        }
        return scenario.attach().isPresent() && scenario.smoke().isEmpty()
                ? Optional.of("smoke: off leaves the GPUs to the engine that is attached to")
                : Optional.empty();
    }

    /** NCCL's own lines are in there: the diagnosis reads it with the other logs. */
    private static void keep(RunContext run, List<String> log) {
        Path file = run.directory().logs().resolve("fabric").resolve("job.log");
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, log.stream().map(Secrets::masked).toList());
        } catch (IOException e) {
            run.note("the fabric job's log could not be kept: " + e);
        }
    }

    private static Result judged(RunContext run, FabricResult result) {
        FabricOutcome outcome = result.outcome();
        return switch (outcome) {
            case FabricOutcome.Passed passed -> {
                passed.remarks().forEach(run::note);
                yield new Done(passed.text());
            }
            case FabricOutcome.TcpOnly only -> {
                run.scenario()
                        .expectedTransport()
                        .ifPresent(_ -> run.note("not proved: expect.transport; " + only.why()));
                yield new Done(only.text());
            }
            case FabricOutcome.Blocked _,
                    FabricOutcome.WrongEnvironment _,
                    FabricOutcome.Absent _,
                    FabricOutcome.WrongValue _,
                    FabricOutcome.WrongTransport _,
                    FabricOutcome.NotFinished _ ->
                    throw new StepFailedException(
                            outcome.text(), "", result.evidence(), outcome.next());
        };
    }
}
