package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.ReusableProvider;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.StepFailedException;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.KeptCluster;
import dev.shakedown.harness.cluster.process.Ledger;
import dev.shakedown.harness.cluster.process.LedgerNamespace;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayToken;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.KubeRaySpec;
import dev.shakedown.harness.scenario.LoadFrom;
import dev.shakedown.harness.scenario.Scenario;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A RayCluster of the KubeRay operator, and vLLM as a Ray job in the first of its worker pods. */
public final class KubeRayProvider implements ReusableProvider {
    private static final int NOT_FOUND = 404;
    private static final String NAME = "RayCluster";
    private static final String OWNER = "labelled with run";

    /** Of the deadline, so that it is this class that says what was missing. */
    private static final double SHARE = 0.9;

    private final Scenario scenario;
    private final KubeRaySpec spec;
    private final String runId;
    private volatile ClusterName name;

    /** Whose label the cluster's objects carry; another run's, where its cluster is used. */
    private volatile String owner;

    private final Ledger ledger;
    private final List<PodRoute> routes = new CopyOnWriteArrayList<>();
    private volatile Optional<Kube> opened = Optional.empty();
    private volatile Optional<Up> up = Optional.empty();
    private volatile Optional<PodEngine> engine = Optional.empty();

    /** {@code workers} are in the order of their names. */
    private record Up(Kube kube, Cluster cluster, List<Pod> workers, Facts facts) {}

    private record Facts(Map<String, String> values) {}

    /**
     * Starts nothing and writes nothing.
     *
     * @param runId becomes the label of everything that is made
     * @param runDirectory gets {@code ledger.json}
     */
    public KubeRayProvider(Scenario scenario, KubeRaySpec spec, String runId, Path runDirectory) {
        this.scenario = scenario;
        this.spec = spec;
        this.runId = runId;
        this.name = ClusterName.ofRun(runId);
        this.owner = runId;
        this.ledger = Ledger.ofRun(runId, runDirectory);
    }

    @Override
    public List<Check> preflight() {
        return new KubeRayPreflight(scenario, spec, name).look();
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        String name = scenario.engine().filter(_ -> model).map(EngineSpec::model).orElse("");
        return name.isEmpty()
                ? "no engine will start, so no model"
                : name + ": made or fetched in the pods, within deadlines.engineUp";
    }

    @Override
    public Cluster up(Progress progress) {
        Kube kube = Kube.open(spec.context(), spec.namespace());
        opened = Optional.of(kube);
        String token = RayToken.make();
        Duration limit = install(kube, progress);
        long began = System.nanoTime();
        try {
            apply(kube, token);
        } catch (KubernetesClientException e) {
            if (e.getCode() == NOT_FOUND) {
                Definition.require(kube);
            }
            throw KubeTrouble.failed(
                    "RayCluster %s could not be made".formatted(name.value()), kube, e);
        }
        progress.say("RayCluster %s in namespace %s".formatted(name.value(), kube.namespace()));
        int pods =
                scenario.cluster().nodes() + (scenario.loadFrom() instanceof LoadFrom.Pod ? 1 : 0);
        Snapshot ready =
                new PodsUp(kube, name.value(), pods, progress, System::nanoTime).await(limit);
        Duration rest = limit.minusNanos(System.nanoTime() - began);
        Up reached = reached(kube, ready, token, new Waiting(rest, progress));
        up = Optional.of(reached);
        return reached.cluster();
    }

    /** The operator, if it is to be installed; returns what is left of the deadline. */
    private Duration install(Kube kube, Progress progress) {
        long began = System.nanoTime();
        try {
            new OperatorInstall(spec).ensure(kube, limit(), progress);
        } catch (KubernetesClientException e) {
            throw KubeTrouble.failed("the KubeRay operator cannot be looked for", kube, e);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        return limit().minusSeconds(took.toSeconds());
    }

    private record Waiting(Duration limit, Progress progress) {}

    private Duration limit() {
        return Duration.ofMillis((long) (scenario.deadlines().clusterUp().toMillis() * SHARE));
    }

    private void apply(Kube kube, String token) {
        ledger.put(kube.place());
        Manifest manifest = new Manifest(scenario, spec, name, Labels.of(runId));
        kube.applySecret(manifest.secret(token));
        kube.applyCluster(manifest.rayCluster());
    }

    private Up reached(Kube kube, Snapshot ready, String token, Waiting waiting) {
        Pod head = ready.head().orElseThrow();
        PodRoute route = Dashboard.route(kube, head, Optional.of(token), waiting.progress());
        routes.add(route);
        List<Pod> workers =
                ready.workers().stream()
                        .filter(pod -> !isForLoad(pod))
                        .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                        .toList();
        try (RayClient ray = new RayClient(route.url(), Optional.of(token), Dashboard.PATIENCE)) {
            List<Cluster.Node> nodes =
                    new RayRegistered(
                                    ray,
                                    ready.workers().stream()
                                            .collect(Collectors.toMap(PodRoute::ip, this::gpus)),
                                    waiting.progress(),
                                    System::nanoTime)
                            .await(waiting.limit());
            Facts facts = new Facts(KubeRayFacts.of(kube, ready, ray));
            Cluster cluster = new Cluster(Optional.of(route.url()), Optional.of(token), nodes);
            return new Up(kube, cluster, workers, facts);
        }
    }

    private int gpus(Pod pod) {
        return isForLoad(pod) ? 0 : scenario.cluster().gpusPerNode();
    }

    private static boolean isForLoad(Pod pod) {
        return PodTemplates.LOAD.equals(pod.getMetadata().getLabels().get(Labels.ROLE));
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        Up there = up.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
        boolean tunnelled = routes.stream().anyMatch(known -> known.tunnel().isPresent());
        Cluster cluster = there.cluster();
        RayClient ray = new RayClient(cluster.rayDashboard().orElseThrow(), cluster.rayToken());
        PodEngine.Place place =
                new PodEngine.Place(
                        scenario,
                        runId,
                        there.kube(),
                        ray.inRun(runId),
                        there.workers(),
                        tunnelled);
        PodEngine started = PodEngine.start(place, command, log);
        engine = Optional.of(started);
        return started.job();
    }

    @Override
    public Map<String, String> fingerprint() {
        return up.map(there -> there.facts().values()).orElse(Map.of());
    }

    @Override
    public void collectLogs(Path logs) {
        if (ledger.namespaces().isEmpty() && up.isEmpty()) {
            return;
        }
        KubeRayLogs.fetch(
                () -> Kube.open(spec.context(), spec.namespace()),
                logs,
                true,
                Labels.selector(owner),
                name.value());
    }

    @Override
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        return new KubeRayPlan(scenario, spec, runId).of(command);
    }

    @Override
    public Map<String, String> layout() {
        Kube kube = opened.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
        return Map.of(
                NAME,
                name.value(),
                OWNER,
                owner,
                KeptCluster.REACH,
                "kubectl port-forward -n %s service/%s-head-svc %d, where pods cannot be reached from here; the dashboard is then http://127.0.0.1:%d"
                        .formatted(kube.namespace(), name.value(), Dashboard.PORT, Dashboard.PORT));
    }

    @Override
    public Cluster attach(KeptCluster kept, Optional<String> token) {
        name = new ClusterName(kept.layout().getOrDefault(NAME, ""));
        owner = kept.layout().getOrDefault(OWNER, "");
        Kube kube = Kube.open(spec.context(), spec.namespace());
        opened = Optional.of(kube);
        try {
            Snapshot now = Snapshot.of(kube, name.value());
            if (!now.ready(scenario.cluster().nodes())) {
                throw new StepFailedException(
                        "RayCluster %s has %d ready pods of %d"
                                .formatted(
                                        name.value(),
                                        now.readyPods(),
                                        scenario.cluster().nodes() + 1),
                        "",
                        List.of("kubectl get pods -n " + kube.namespace()),
                        "shakedown down %s, then run with --keep again".formatted(owner));
            }
            Up reached =
                    reached(
                            kube,
                            now,
                            token.orElse(""),
                            new Waiting(Dashboard.PATIENCE, Progress.SILENT));
            up = Optional.of(reached);
            return new Cluster(reached.cluster().rayDashboard(), token, kept.nodes());
        } catch (KubernetesClientException e) {
            throw KubeTrouble.failed(
                    "RayCluster %s cannot be looked at".formatted(name.value()), kube, e);
        }
    }

    @Override
    public void release() {
        engine.ifPresent(PodEngine::close);
        routes.forEach(PodRoute::close);
        opened.ifPresent(Kube::close);
    }

    @Override
    public void down() {
        engine.ifPresent(PodEngine::close);
        routes.forEach(PodRoute::close);
        opened.ifPresent(Kube::close);
        KubeRayEnd end = new KubeRayEnd();
        EndReport report = EndReport.NOTHING;
        for (LedgerNamespace place : ledger.namespaces()) {
            report = report.and(end.end(runId, place));
        }
        report.requireClean("deleted");
        ledger.close();
    }
}
