package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.gpu.DcgmExporter;
import dev.shakedown.harness.cluster.gpu.GpuSource;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.KeptCluster;
import dev.shakedown.harness.cluster.process.Ledger;
import dev.shakedown.harness.cluster.process.ProcessTree;
import dev.shakedown.harness.cluster.ray.RayBringUp;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.simulator.SimulatorServer;
import dev.shakedown.simulator.fault.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A cluster that does not exist: the simulator as a child process, behind real HTTP. */
public final class SimulatedProvider implements ReusableProvider {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String VLLM = "vllm";
    private static final String DASHBOARD = "dashboard";
    private static final String LOGS = "logs";
    private static final int PLAN_PORT = 8000;
    private static final int PLAN_DASHBOARD_PORT = 8265;

    private final Scenario scenario;
    private final boolean keep;
    private final ProcessTree tree;

    /** Where the simulator writes those of its nodes. */
    private volatile Path logs;

    private volatile Optional<SimulatedProcess> simulator = Optional.empty();
    private volatile Optional<SimulatorControl> control = Optional.empty();

    /** Known from preflight on; a GPU that nobody knows has none. */
    private volatile Map<String, String> constants = Map.of();

    /**
     * Starts nothing and writes nothing.
     *
     * @param runId marks the child process
     * @param runDirectory gets {@code ledger.json} and the nodes' logs under {@code logs}
     * @param keep the simulator must not end with this process
     */
    public SimulatedProvider(Scenario scenario, String runId, Path runDirectory, boolean keep) {
        this.scenario = scenario;
        this.keep = keep;
        this.logs = runDirectory.resolve("logs");
        this.tree = new ProcessTree(Ledger.ofRun(runId, runDirectory));
    }

    @Override
    public List<Check> preflight() {
        List<Check> checks = new ArrayList<>();
        checks.add(
                new Check(
                        "cluster",
                        Check.Verdict.OK,
                        "SIMULATED: no GPU, no Ray and no vLLM will be used",
                        ""));
        try {
            constants = Simulation.constants(scenario);
            checks.add(new Check("gpu", Check.Verdict.OK, gpu() + ", simulated", ""));
            checks.add(new Check("timings", Check.Verdict.OK, constants.toString(), ""));
            if (!scenario.faults().isEmpty()) {
                checks.add(new Check("faults", Check.Verdict.OK, faults(), ""));
            }
        } catch (IllegalArgumentException unknown) {
            checks.add(
                    new Check(
                            "gpu",
                            Check.Verdict.FAILED,
                            String.valueOf(unknown.getMessage()),
                            "correct cluster.gpu, engine.model or engine.args"));
        }
        return checks;
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        return "nothing to prepare for a simulated cluster";
    }

    @Override
    public Cluster up(Progress progress) {
        SimulatedProcess child =
                SimulatedProcess.start(
                        tree,
                        Simulation.command(scenario, logs, parent()),
                        logs.resolve("simulator.log"));
        simulator = Optional.of(child);
        control = Optional.of(new SimulatorControl(child.dashboard()));
        if (!scenario.faults().isEmpty()) {
            progress.say("broken on purpose: " + faults());
        }
        List<Cluster.Node> nodes = nodes(child, progress);
        nodes.forEach(
                node -> {
                    progress.say(
                            "SIMULATED node %s (%s), %d GPUs"
                                    .formatted(node.hostname(), node.ip(), node.gpus()));
                    progress.bar("node " + node.hostname(), 1);
                });
        return new Cluster(Optional.of(child.dashboard()), Optional.empty(), nodes);
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        SimulatedProcess child = child();
        SimulatorControl starter = control.orElseThrow();
        if (child.process().isEmpty()) {
            // One that a killed run left there.
            starter.stop();
        }
        starter.start(command.apply(site(child.vllm().getPort())), log);
        return new SimulatedRunningEngine(child, starter, log);
    }

    @Override
    public List<GpuSource> gpuSources(Duration longest) {
        return List.of(
                new DcgmExporter(List.of(URI.create(child().dashboard() + SimulatorServer.DCGM))));
    }

    @Override
    public Map<String, String> fingerprint() {
        Map<String, String> all = new TreeMap<>();
        all.put("simulated", "true");
        all.put("simulator", SimulatorServer.VERSION);
        all.put("ray", SimulatorServer.RAY_VERSION + " (simulated)");
        all.put("vllm", SimulatorServer.VLLM_VERSION + " (simulated)");
        all.put("gpu", gpu() + " (simulated)");
        all.putAll(constants);
        if (!scenario.faults().isEmpty()) {
            all.put("faults", faults());
        }
        return all;
    }

    @Override
    public void collectLogs(Path target) {
        Path wanted = target.toAbsolutePath().normalize();
        Path there = logs.toAbsolutePath().normalize();
        if (wanted.equals(there) || !Files.isDirectory(there)) {
            return;
        }
        try (Stream<Path> files = Files.walk(there)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = wanted.resolve(there.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException | UncheckedIOException incomplete) {
            // What could be copied is there; a missing log must not fail the run.
            return;
        }
    }

    @Override
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        List<String> simulate =
                List.of(
                        "shakedown",
                        "simulate",
                        scenario.source().toString(),
                        "--variant",
                        scenario.name(),
                        "--port",
                        String.valueOf(PLAN_PORT),
                        "--dashboard-port",
                        String.valueOf(PLAN_DASHBOARD_PORT));
        String dashboard = "http://%s:%d".formatted(LOOPBACK, PLAN_DASHBOARD_PORT);
        List<String> up =
                List.of(
                        ShellWords.background(Map.of(), simulate),
                        ProviderPlan.until("curl -fsS " + dashboard + "/api/version"),
                        "export RAY_API_SERVER_ADDRESS=" + dashboard,
                        "curl -fsS " + dashboard + "/api/v0/nodes");
        List<String> engine = new ArrayList<>();
        if (scenario.engine().isPresent()) {
            engine.add(
                    "# served by the simulator already; a real cluster would get: "
                            + ShellWords.line(Map.of(), command.apply(site(PLAN_PORT)).argv()));
        }
        return new ProviderPlan(up, engine, List.of(ShellWords.END_JOBS));
    }

    @Override
    public Map<String, String> layout() {
        SimulatedProcess child = child();
        return Map.of(
                VLLM, child.vllm().toString(),
                DASHBOARD, child.dashboard().toString(),
                LOGS, logs.toString());
    }

    @Override
    public Cluster attach(KeptCluster kept, Optional<String> token) {
        URI vllm = URI.create(kept.layout().getOrDefault(VLLM, ""));
        URI dashboard = URI.create(kept.layout().getOrDefault(DASHBOARD, ""));
        logs = Path.of(kept.layout().getOrDefault(LOGS, ""));
        simulator = Optional.of(new SimulatedProcess(Optional.empty(), vllm, dashboard));
        control = Optional.of(new SimulatorControl(dashboard));
        constants = Simulation.constants(scenario);
        return new Cluster(Optional.of(dashboard), token, kept.nodes());
    }

    @Override
    public void release() {
        control.ifPresent(SimulatorControl::stop);
        control.ifPresent(SimulatorControl::close);
    }

    @Override
    public void down() {
        control.ifPresent(SimulatorControl::close);
        EndReport report = tree.end();
        report.requireClean("ended");
    }

    private SimulatedProcess child() {
        return simulator.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
    }

    private OptionalLong parent() {
        return keep ? OptionalLong.empty() : OptionalLong.of(ProcessHandle.current().pid());
    }

    private String faults() {
        return scenario.faults().stream().map(Fault::describe).collect(Collectors.joining("; "));
    }

    private List<Cluster.Node> nodes(SimulatedProcess child, Progress progress) {
        SimulatorControl starter = control.orElseThrow();
        List<RayBringUp.Node> nodes =
                starter.hostnames().stream()
                        .map(
                                host ->
                                        new RayBringUp.Node(
                                                host,
                                                scenario.cluster().gpusPerNode(),
                                                () -> new SimulatedRayNode(host, starter, logs)))
                        .toList();
        try (RayClient ray = new RayClient(child.dashboard(), Optional.empty())) {
            return new RayBringUp(ray, nodes, scenario.deadlines().clusterUp(), progress).up();
        }
    }

    private String gpu() {
        return scenario.cluster().gpu().orElse(Simulation.DEFAULT_GPU);
    }

    EngineSite site(int port) {
        String model = scenario.engine().map(EngineSpec::model).orElse("");
        return new EngineSite(LOOPBACK, port, model, false);
    }
}
