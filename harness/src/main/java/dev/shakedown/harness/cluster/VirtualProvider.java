package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.gpu.GpuSource;
import dev.shakedown.harness.cluster.gpu.PageSource;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.VirtualEngine;
import dev.shakedown.simulator.vllm.ServeCommand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A simulated cluster on a clock of its own, in this process: nothing listens, nothing is sent, and
 * time passes only while its engine is asked for something.
 */
public final class VirtualProvider implements ClusterProvider {
    /** In the command line that a real cluster would get; nobody listens here. */
    private static final int USUAL_PORT = 8000;

    private final Scenario scenario;

    /** For all that does not depend on how time passes. */
    private final SimulatedProvider served;

    private final Path logs;
    private volatile Optional<VirtualEngine> engine = Optional.empty();

    /** Starts nothing and writes nothing. */
    public VirtualProvider(Scenario scenario, String runId, Path runDirectory) {
        this.scenario = scenario;
        this.served = new SimulatedProvider(scenario, runId, runDirectory, false);
        this.logs = runDirectory.resolve("logs");
    }

    @Override
    public Optional<LongSupplier> ownTime() {
        return Optional.of(() -> engine.map(VirtualEngine::nowNanos).orElse(0L));
    }

    @Override
    public List<Check> preflight() {
        return served.preflight();
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        return served.prepare(model, progress);
    }

    @Override
    public Cluster up(Progress progress) {
        VirtualEngine simulated = new VirtualEngine(Simulation.cluster(scenario), logs);
        engine = Optional.of(simulated);
        progress.say(
                "virtual clock: no client, no HTTP and no Ray take part, time is the simulation's");
        return new Cluster(
                Optional.empty(),
                Optional.empty(),
                simulated.nodes().stream().map(VirtualProvider::node).toList());
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        VirtualEngine simulated =
                engine.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
        return VirtualRunningEngine.start(
                simulated,
                ServeCommand.parse(
                        command.apply(site()).argv(), Simulation.cluster(scenario).engine()),
                log);
    }

    @Override
    public List<GpuSource> gpuSources(Duration longest) {
        return engine.<GpuSource>map(simulated -> new PageSource(simulated::gpus)).stream()
                .toList();
    }

    @Override
    public Map<String, String> fingerprint() {
        Map<String, String> all = new TreeMap<>(served.fingerprint());
        all.put("clock", "virtual");
        return all;
    }

    /** They are written where they belong. */
    @Override
    public void collectLogs(Path target) {
        served.collectLogs(target);
    }

    @Override
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        String nothing = "# a virtual clock: nothing is started, the simulation runs in shakedown";
        List<String> engine =
                scenario.engine()
                        .map(_ -> ShellWords.line(Map.of(), command.apply(site()).argv()))
                        .map(line -> List.of("# simulated; a real cluster would get: " + line))
                        .orElse(List.of());
        return new ProviderPlan(List.of(nothing), engine, List.of());
    }

    @Override
    public void down() {
        engine.ifPresent(VirtualEngine::close);
    }

    private EngineSite site() {
        return served.site(USUAL_PORT);
    }

    private static Cluster.Node node(SimulatedNode node) {
        return new Cluster.Node(
                node.id(), node.ip(), node.hostname(), node.gpuUuids().size(), node.head());
    }
}
