package dev.shakedown.harness.cluster.ssh;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.InParallel;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ReusableProvider;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.ShellWords;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.gpu.GpuSource;
import dev.shakedown.harness.cluster.gpu.NvidiaSmi;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.KeptCluster;
import dev.shakedown.harness.cluster.process.Ledger;
import dev.shakedown.harness.cluster.process.LedgerHost;
import dev.shakedown.harness.cluster.ray.JobEngine;
import dev.shakedown.harness.cluster.ray.RayBringUp;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayToken;
import dev.shakedown.harness.cluster.ssh.SshRayCommands.Node;
import dev.shakedown.harness.scenario.Scenario;
import dev.shakedown.harness.scenario.SshSpec;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Ray nodes on hosts that ssh reaches, and vLLM as a Ray job on the first of them. */
public final class SshProvider implements ReusableProvider {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Scenario scenario;
    private final SshSpec spec;
    private final String runId;
    private final Ledger ledger;
    private final RayPorts ports;
    private volatile String folder = SshFolder.newName();
    private final Ssh ssh = new Ssh();
    private final List<HostAgent> agents;
    private final SshModels models;
    private final Optional<Containers> containers;
    private volatile List<HostFacts> facts = List.of();
    private volatile Optional<Cluster> cluster = Optional.empty();
    private volatile List<Node> nodes = List.of();
    private volatile Optional<JobEngine> engine = Optional.empty();

    /**
     * Starts nothing and writes nothing.
     *
     * @param runId marks every process of the run
     * @param runDirectory gets {@code ledger.json}
     */
    public SshProvider(Scenario scenario, SshSpec spec, String runId, Path runDirectory) {
        this.scenario = scenario;
        this.spec = spec;
        this.runId = runId;
        this.ledger = Ledger.ofRun(runId, runDirectory);
        this.ports = RayPorts.of(spec.portBase());
        this.agents =
                SshHost.of(spec).stream()
                        .map(host -> new HostAgent(ssh, host, spec.python()))
                        .toList();
        this.models = new SshModels(scenario, spec);
        this.containers = models.containers();
    }

    @Override
    public List<Check> preflight() {
        SshPreflight preflight = new SshPreflight(scenario, spec, ports, containers);
        List<Check> checks = preflight.look(agents);
        facts = preflight.facts();
        return checks;
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        return model ? models.prepare(agents, progress) : "no engine will start, so no model";
    }

    @Override
    public Cluster up(Progress progress) {
        requireFacts();
        nodes = plannedNodes();
        String token = RayToken.make();
        SshRayCommands commands = commands();
        List<SshRun> runs = InParallel.all(nodes, node -> made(node, Map.of("token", token)));
        List<RayBringUp.Node> starters =
                nodes.stream()
                        .map(node -> starter(node, runs.get(node.index()), commands))
                        .toList();
        URI dashboard = URI.create(commands.dashboard());
        try (RayClient ray = new RayClient(dashboard, Optional.of(token), PATIENCE)) {
            Duration limit = scenario.deadlines().clusterUp();
            List<Cluster.Node> up = new RayBringUp(ray, starters, limit, progress).up();
            List<Cluster.Node> known = up.stream().map(node -> known(node, commands)).toList();
            Cluster whole = new Cluster(Optional.of(dashboard), Optional.of(token), known);
            cluster = Optional.of(whole);
            return whole;
        }
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        Cluster up = cluster.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
        RayClient ray = new RayClient(up.rayDashboard().orElseThrow(), up.rayToken());
        List<EngineSite> sites = sites();
        EngineSite first = sites.getFirst();
        List<JobEngine.Part> parts =
                IntStream.range(0, sites.size())
                        .mapToObj(i -> part(sites.get(i), nodes.get(i), command))
                        .toList();
        URI url = URI.create("http://%s:%d".formatted(first.host(), first.port()));
        JobEngine started =
                JobEngine.start(ray.inRun(runId), url, parts, log)
                        // Not closed: the run goes on over these connections.
                        .onServing(() -> noteMemory(new SshEnd(ssh)));
        engine = Optional.of(started);
        return started;
    }

    @Override
    public List<GpuSource> gpuSources(Duration longest) {
        List<Integer> gpus = SshNodes.gpus(spec, scenario.cluster().gpusPerNode());
        return List.of(
                new NvidiaSmi(
                        agents.stream()
                                .map(agent -> new SshSmi(ssh, agent.host(), gpus, longest))
                                .toList(),
                        longest));
    }

    @Override
    public Map<String, String> fingerprint() {
        Map<String, String> all = new TreeMap<>();
        for (HostFacts host : facts) {
            host.versions().forEach((what, version) -> merge(all, what, version));
            merge(all, "kernel", host.text("kernel"));
            host.gpus()
                    .forEach(
                            gpu -> {
                                merge(all, "gpu", gpu.path("name").asString("?"));
                                merge(all, "gpu serials", gpu.path("serial").asString("?"));
                                merge(all, "gpu uuids", gpu.path("uuid").asString("?"));
                            });
            SshNodes.route(spec, host)
                    .ifPresent(
                            route ->
                                    merge(
                                            all,
                                            "nodes",
                                            "%s %s on %s"
                                                    .formatted(
                                                            host.host(),
                                                            route.address(),
                                                            route.networkInterface())));
            host.rows("infiniband")
                    .forEach(port -> merge(all, "nics", port.path("device").asString("?")));
        }
        return all;
    }

    @Override
    public void collectLogs(Path logs) {
        // A host that is gone has no logs to give, and its failure is known by other signs.
        InParallel.of(
                agents, agent -> SshLogs.fetch(agent, folder, logs.resolve(agent.host().name())));
    }

    @Override
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        return new SshPlan(scenario, spec, ports, containers).of(command, models.name());
    }

    @Override
    public Map<String, String> layout() {
        return SshLayout.text(folder, nodes);
    }

    @Override
    public Cluster attach(KeptCluster kept, Optional<String> token) {
        folder = SshLayout.folder(kept.layout());
        nodes =
                SshLayout.nodes(
                        kept.layout(), SshNodes.gpus(spec, scenario.cluster().gpusPerNode()));
        URI dashboard = URI.create(commands().dashboard());
        Cluster there = new Cluster(Optional.of(dashboard), token, kept.nodes());
        cluster = Optional.of(there);
        return there;
    }

    @Override
    public void release() {
        engine.ifPresent(JobEngine::close);
        ssh.close();
    }

    @Override
    public void down() {
        try (SshEnd end = new SshEnd(ssh)) {
            engine.ifPresent(
                    running -> {
                        noteMemory(end);
                        running.close();
                    });
            end(end);
        }
        ledger.close();
    }

    /**
     * An engine's workers leave hundreds of megabytes of shared memory where they are killed: at
     * the end by Ray, or before by whatever ends the engine. So it is noted while they live.
     */
    private void noteMemory(SshEnd end) {
        // A host that does not answer says so when its turn to end comes.
        InParallel.of(ledger.hosts(), host -> end.note(runId, host));
    }

    private void end(SshEnd end) {
        List<LedgerHost> hosts = ledger.hosts();
        EndReport report = new EndReport(List.of(), List.of());
        for (InParallel.Outcome<EndReport> outcome :
                InParallel.of(hosts, host -> end.end(runId, host))) {
            if (outcome instanceof InParallel.Done<EndReport>(EndReport ended)) {
                report = report.and(ended);
            }
        }
        report.requireClean("ended");
    }

    private static void merge(Map<String, String> all, String what, String value) {
        all.merge(
                what,
                value,
                (known, more) ->
                        List.of(known.split(", ")).contains(more) ? known : known + ", " + more);
    }

    private void requireFacts() {
        if (facts.size() < agents.size()) {
            preflight();
        }
        if (facts.size() < agents.size()) {
            throw new StepFailedException(
                    "not all hosts can be reached", "", List.of(), "shakedown run: see Preflight");
        }
    }

    private List<Node> plannedNodes() {
        List<Node> planned = new ArrayList<>();
        for (int i = 0; i < agents.size(); i++) {
            HostFacts host = facts.get(i);
            HostFacts.Route route =
                    SshNodes.route(spec, host)
                            .orElseThrow(
                                    () ->
                                            new StepFailedException(
                                                    "no network interface for the cluster",
                                                    host.host(),
                                                    List.of(),
                                                    "set ssh.interface"));
            planned.add(
                    new Node(
                            host.host(),
                            i,
                            route,
                            SshNodes.gpus(spec, scenario.cluster().gpusPerNode()),
                            !host.gpus().isEmpty()));
        }
        return planned;
    }

    private SshRayCommands commands() {
        return new SshRayCommands(scenario, ports, folder, nodes.getFirst().route().address());
    }

    private SshRun made(Node node, Map<String, String> files) {
        SshRun run =
                new SshRun(
                        agents.get(node.index()),
                        ledger,
                        runId,
                        spec.python(),
                        folder,
                        containers.map(all -> all.named(runId, node.index())));
        run.make(files);
        return run;
    }

    private RayBringUp.Node starter(Node node, SshRun run, SshRayCommands commands) {
        Map<String, String> env = commands.env(node);
        List<String> argv = commands.start(node);
        return new RayBringUp.Node(
                node.name(),
                scenario.cluster().gpusPerNode(),
                () ->
                        containers.isEmpty()
                                ? run.start("ray-start", argv, env)
                                : run.start(
                                        "ray-start",
                                        containers.get().node(runId, folder, node, env, argv),
                                        Containers.around(env),
                                        containers.get().made()));
    }

    /** Ray may not know a host's name yet, and the scenario may call it by another. */
    private Cluster.Node known(Cluster.Node up, SshRayCommands commands) {
        return nodes.stream()
                .filter(node -> node.route().address().equals(up.ip()))
                .findFirst()
                .map(
                        node ->
                                up.named(agents.get(node.index()).host().name())
                                        .with(commands.env(node)))
                .orElse(up);
    }

    /** One, or with vLLM's own multi-node mode one for each host that it needs. */
    private List<EngineSite> sites() {
        return SshSites.of(
                scenario,
                ports,
                nodes.stream().map(node -> node.route().address()).toList(),
                models.name(),
                nodes.stream().noneMatch(Node::physicalGpus));
    }

    private JobEngine.Part part(
            EngineSite site, Node node, Function<EngineSite, EngineCommand> command) {
        EngineCommand engineCommand = command.apply(site);
        return new JobEngine.Part(
                "shakedown-vllm-%s-%d".formatted(runId, site.group().rank()),
                node.route().address(),
                ShellWords.line(Map.of(), engineCommand.argv()),
                engineCommand.env());
    }
}
