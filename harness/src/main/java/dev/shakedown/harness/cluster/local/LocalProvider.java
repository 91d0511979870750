package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ReusableProvider;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.gpu.GpuSource;
import dev.shakedown.harness.cluster.gpu.NvidiaSmi;
import dev.shakedown.harness.cluster.process.KeptCluster;
import dev.shakedown.harness.cluster.process.Ledger;
import dev.shakedown.harness.cluster.process.ProcFs;
import dev.shakedown.harness.cluster.process.ProcessId;
import dev.shakedown.harness.cluster.process.ProcessSpec;
import dev.shakedown.harness.cluster.process.ProcessTree;
import dev.shakedown.harness.cluster.process.StartedProcess;
import dev.shakedown.harness.cluster.ray.RayBringUp;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayToken;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.LocalSpec;
import dev.shakedown.harness.scenario.Provider;
import dev.shakedown.harness.scenario.Scenario;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Ray nodes and vLLM as processes of this machine. */
public final class LocalProvider implements ReusableProvider {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String NAMESPACE = "namespace of process";

    private final Scenario scenario;
    private final Path runDirectory;
    private final Ledger ledger;
    private final ProcessTree nodes;
    private final ProcessTree engine;
    private final PythonEnvironments environments;
    private final ModelFiles models;
    private final List<NvidiaGpu> gpus;
    private volatile Optional<PythonEnvironment> python = Optional.empty();
    private volatile Optional<RayCommands> ray = Optional.empty();
    private volatile Optional<Process> head = Optional.empty();

    /**
     * Starts nothing and writes nothing.
     *
     * @param runId marks every process of the run
     * @param runDirectory gets {@code ledger.json} and the nodes' logs under {@code logs}
     */
    public LocalProvider(Scenario scenario, String runId, Path runDirectory) {
        this(
                scenario,
                runDirectory,
                Ledger.ofRun(runId, runDirectory),
                PythonEnvironments.ofUser());
    }

    LocalProvider(
            Scenario scenario, Path runDirectory, Ledger ledger, PythonEnvironments environments) {
        this.scenario = scenario;
        this.runDirectory = runDirectory;
        this.ledger = ledger;
        this.nodes = new ProcessTree(ledger);
        this.engine = new ProcessTree(ledger.ofEngine());
        this.environments = environments;
        this.models = new ModelFiles(environments.cache(), scenario.deadlines().modelReady());
        this.gpus =
                scenario.local().python().equals(LocalSpec.MANAGED_CPU)
                        ? List.of()
                        : NvidiaGpu.present();
    }

    /**
     * Whether the scenario must run inside a network namespace with only the loopback interface:
     * several Ray nodes on one machine share its address, and elsewhere Ray replaces 127.0.0.1 by
     * the outward one.
     */
    public static boolean needsNamespace(Scenario scenario) {
        return scenario.cluster().provider() == Provider.LOCAL && scenario.cluster().nodes() > 1;
    }

    @Override
    public List<Check> preflight() {
        return new LocalPreflight(scenario, environments, gpus).all();
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        if (scenario.local().python().equals(LocalSpec.MANAGED) && gpus.isEmpty()) {
            throw new StepFailedException(
                    "local.python: managed needs an NVIDIA driver, and nvidia-smi finds no GPU",
                    "",
                    List.of("nvidia-smi"),
                    "local.python: managed-cpu (functional tests without a GPU), or the path of a"
                            + " Python that has ray and vllm");
        }
        PythonEnvironment found = environments.provide(scenario.local().python(), progress);
        python = Optional.of(found);
        scenario.engine()
                .filter(_ -> model)
                .ifPresent(engine -> models.provide(engine.model(), found, progress));
        return "%s, ray %s, vllm %s".formatted(found.label(), found.ray(), found.vllm());
    }

    @Override
    public Cluster up(Progress progress) {
        PythonEnvironment found = preparedPython(progress);
        String token = RayToken.make();
        Path folder = RunFolder.create(token);
        ledger.addFolder(folder);
        RayLayout layout = RayLayout.choose(scenario, folder, NodeAddress.ofThisMachine());
        RayCommands commands = new RayCommands(scenario, layout, found, !gpus.isEmpty());
        ray = Optional.of(commands);
        Duration limit = scenario.deadlines().clusterUp();
        URI dashboard = URI.create(layout.dashboard());
        try (RayClient client = new RayClient(dashboard, Optional.of(token), PATIENCE)) {
            List<Cluster.Node> up =
                    new RayBringUp(client, starters(commands), limit, progress).up();
            return new Cluster(Optional.of(dashboard), Optional.of(token), up);
        }
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        RayCommands commands =
                ray.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
        int port = Ports.free(1).getFirst();
        EngineCommand serve = command.apply(site(port));
        List<String> argv = new ArrayList<>(commands.onCpus());
        argv.addAll(serve.argv());
        Map<String, String> env = new HashMap<>(commands.siteEnv());
        env.putAll(serve.env());
        StartedProcess process = engine.start(new ProcessSpec("vLLM", argv, env, log));
        return new LocalEngine(process, URI.create("http://" + LOOPBACK + ":" + port), engine);
    }

    @Override
    public List<GpuSource> gpuSources(Duration longest) {
        return gpus.isEmpty()
                ? List.of()
                : List.of(
                        new NvidiaSmi(
                                List.of(new LocalSmi(scenario.cluster().gpus(), longest)),
                                longest));
    }

    @Override
    public Map<String, String> fingerprint() {
        return LocalFingerprint.of(python, gpus);
    }

    @Override
    public void collectLogs(Path logs) {
        ray.ifPresent(
                commands ->
                        commands.layout()
                                .nodes()
                                .forEach(
                                        node ->
                                                RayLogs.copy(
                                                        node.folder(), logs.resolve(node.name()))));
    }

    @Override
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        return new LocalPlan(scenario, environments, !gpus.isEmpty())
                .of(port -> command.apply(site(port)));
    }

    @Override
    public Map<String, String> layout() {
        RayCommands commands =
                ray.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
        Map<String, String> layout = new HashMap<>(commands.layout().text());
        if (NetNamespace.inside()) {
            head.ifPresent(
                    process -> {
                        new ProcFs()
                                .identify(process.pid())
                                .ifPresent(id -> layout.put(NAMESPACE, id.text()));
                        layout.put(
                                KeptCluster.REACH,
                                String.join(" ", NetNamespace.enter(process.pid(), List.of("bash")))
                                        + ", for it has a network of its own");
                    });
        }
        return layout;
    }

    /** A process in the network of its own that a kept cluster has, if it has one. */
    public static Optional<ProcessId> namespaceOf(KeptCluster kept) {
        return Optional.ofNullable(kept.layout().get(NAMESPACE)).map(ProcessId::parse);
    }

    @Override
    public Cluster attach(KeptCluster kept, Optional<String> token) {
        RayLayout layout = RayLayout.of(kept.layout());
        ray =
                Optional.of(
                        new RayCommands(
                                scenario,
                                layout,
                                preparedPython(Progress.SILENT),
                                !gpus.isEmpty()));
        return new Cluster(Optional.of(URI.create(layout.dashboard())), token, kept.nodes());
    }

    @Override
    public void release() {
        engine.end().requireClean("ended");
    }

    @Override
    public void down() {
        // Ray's workers share memory with the engine, and are gone once it is: nobody could say
        // what they had.
        nodes.rememberSharedMemory();
        engine.end().and(nodes.end()).requireClean("ended");
    }

    private List<RayBringUp.Node> starters(RayCommands commands) {
        return commands.layout().nodes().stream()
                .map(
                        node ->
                                new RayBringUp.Node(
                                        node.name(),
                                        scenario.cluster().gpusPerNode(),
                                        () -> start(commands, node)))
                .toList();
    }

    private LocalRayNode start(RayCommands commands, PlannedNode node) {
        try {
            Files.createDirectories(node.folder());
        } catch (IOException e) {
            throw new StepFailedException(
                    "no temporary folder for Ray: " + e.getMessage(), node.name(), List.of(), "");
        }
        StartedProcess started =
                nodes.start(
                        new ProcessSpec(
                                "Ray " + node.name(),
                                commands.start(node),
                                commands.nodeEnv(node),
                                runDirectory
                                        .resolve("logs")
                                        .resolve(node.name())
                                        .resolve("ray-start.log")));
        if (node.head()) {
            head = Optional.of(started.process());
        }
        return new LocalRayNode(started);
    }

    private PythonEnvironment preparedPython(Progress progress) {
        if (python.isEmpty()) {
            prepare(false, progress);
        }
        return python.orElseThrow();
    }

    private EngineSite site(int port) {
        String model = scenario.engine().map(EngineSpec::model).map(models::name).orElse("");
        return new EngineSite(LOOPBACK, port, model, gpus.isEmpty());
    }
}
