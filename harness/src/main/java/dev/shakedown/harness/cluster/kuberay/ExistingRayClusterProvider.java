package dev.shakedown.harness.cluster.kuberay;

import dev.shakedown.harness.cluster.Check;
import dev.shakedown.harness.cluster.Cluster;
import dev.shakedown.harness.cluster.ClusterProvider;
import dev.shakedown.harness.cluster.EngineCommand;
import dev.shakedown.harness.cluster.EngineSite;
import dev.shakedown.harness.cluster.ForeignRay;
import dev.shakedown.harness.cluster.JobLedger;
import dev.shakedown.harness.cluster.Progress;
import dev.shakedown.harness.cluster.ProviderPlan;
import dev.shakedown.harness.cluster.RunningEngine;
import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.Ledger;
import dev.shakedown.harness.cluster.process.LedgerNamespace;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.scenario.ExistingRayClusterSpec;
import dev.shakedown.harness.scenario.Scenario;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A RayCluster that somebody else made. Jobs run there, vLLM as one of them; they end with the run,
 * with what they hold, and nothing of the RayCluster is touched.
 */
public final class ExistingRayClusterProvider implements ClusterProvider, JobLedger {
    private final Scenario scenario;
    private final ExistingRayClusterSpec spec;
    private final String runId;
    private final Ledger ledger;
    private final Map<String, String> fingerprint = new ConcurrentSkipListMap<>();
    private volatile Optional<Kube> opened = Optional.empty();
    private volatile Optional<PodRoute> dashboard = Optional.empty();
    private volatile Optional<Up> up = Optional.empty();
    private volatile Optional<PodEngine> engine = Optional.empty();

    private record Up(Cluster cluster, List<Pod> workers) {}

    /**
     * Starts nothing and writes nothing.
     *
     * @param runId is in the metadata of every job
     * @param runDirectory gets {@code ledger.json}
     */
    public ExistingRayClusterProvider(
            Scenario scenario, ExistingRayClusterSpec spec, String runId, Path runDirectory) {
        this.scenario = scenario;
        this.spec = spec;
        this.runId = runId;
        this.ledger = Ledger.ofRun(runId, runDirectory);
    }

    @Override
    public List<Check> preflight() {
        return new ExistingPreflight(scenario, spec).look();
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        return ForeignRay.model(scenario, model);
    }

    @Override
    public Cluster up(Progress progress) {
        Kube kube = Kube.open(spec.context(), spec.namespace());
        opened = Optional.of(kube);
        try {
            Up reached = reached(kube, progress);
            up = Optional.of(reached);
            return reached.cluster();
        } catch (KubernetesClientException e) {
            throw KubeTrouble.failed(
                    "RayCluster %s cannot be looked at".formatted(spec.name()), kube, e);
        }
    }

    private Up reached(Kube kube, Progress progress) {
        Snapshot seen = ExistingRayCluster.ready(kube, spec.name());
        Pod head = seen.head().orElseThrow();
        Optional<String> token = HeadToken.of(kube, head);
        // From now on there may be jobs.
        ledger.put(kube.place().on(spec.name()));
        PodRoute route = Dashboard.route(kube, head, token, progress);
        dashboard = Optional.of(route);
        try (RayClient ray = new RayClient(route.url(), token, Dashboard.PATIENCE)) {
            List<Cluster.Node> nodes = ForeignRay.nodes(ray, scenario.cluster());
            fingerprint.putAll(KubeRayFacts.of(kube, seen, ray));
            Cluster cluster = new Cluster(Optional.of(route.url()), token, nodes);
            return new Up(cluster, withGpus(seen, nodes));
        }
    }

    @Override
    public synchronized void willSubmit(String jobId) {
        ledger.namespaces().forEach(there -> ledger.put(there.with(jobId)));
    }

    /** Its groups may have pods without any; those are no place for an engine. */
    private static List<Pod> withGpus(Snapshot seen, List<Cluster.Node> nodes) {
        Set<String> ips =
                nodes.stream()
                        .filter(node -> node.gpus() > 0)
                        .map(Cluster.Node::ip)
                        .collect(Collectors.toSet());
        return seen.pods().stream()
                .filter(Snapshot::ready)
                .filter(pod -> ips.contains(PodRoute.ip(pod)))
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        Up there = up.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
        Cluster cluster = there.cluster();
        RayClient ray = new RayClient(cluster.rayDashboard().orElseThrow(), cluster.rayToken());
        PodEngine.Place place =
                new PodEngine.Place(
                        scenario,
                        runId,
                        opened.orElseThrow(),
                        ray.inRun(runId, this::willSubmit),
                        there.workers(),
                        dashboard.flatMap(PodRoute::tunnel).isPresent());
        PodEngine started = PodEngine.start(place, command, log);
        engine = Optional.of(started);
        return started.job();
    }

    @Override
    public Map<String, String> fingerprint() {
        return Map.copyOf(fingerprint);
    }

    /** Without Ray's session logs: those of other people's jobs are among them. */
    @Override
    public void collectLogs(Path logs) {
        if (up.isEmpty()) {
            return;
        }
        KubeRayLogs.fetch(
                () -> Kube.open(spec.context(), spec.namespace()),
                logs,
                false,
                Snapshot.CLUSTER_LABEL + "=" + spec.name(),
                spec.name());
    }

    @Override
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        return new ExistingPlan(scenario, spec, runId).of(command);
    }

    @Override
    public void down() {
        engine.ifPresent(PodEngine::close);
        dashboard.ifPresent(PodRoute::close);
        opened.ifPresent(Kube::close);
        KubeRayEnd end = new KubeRayEnd();
        EndReport report = EndReport.NOTHING;
        for (LedgerNamespace place : ledger.namespaces()) {
            report = report.and(end.end(runId, place));
        }
        report.requireClean("ended");
        ledger.close();
    }
}
