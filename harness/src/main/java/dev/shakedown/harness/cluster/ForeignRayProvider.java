package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.process.EndReport;
import dev.shakedown.harness.cluster.process.Ledger;
import dev.shakedown.harness.cluster.process.LedgerRay;
import dev.shakedown.harness.cluster.ray.JobEngine;
import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayEnd;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.cluster.ray.RayToken;
import dev.shakedown.harness.scenario.EngineSpec;
import dev.shakedown.harness.scenario.ForeignRaySpec;
import dev.shakedown.harness.scenario.Scenario;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/**
 * A Ray that somebody else runs. Starts jobs there and, where asked, vLLM as one of them; ends
 * those, with what they hold, and nothing else.
 */
public final class ForeignRayProvider implements ClusterProvider, JobLedger {
    private final Scenario scenario;
    private final ForeignRaySpec spec;
    private final String runId;
    private final Ledger ledger;
    private final Map<String, String> fingerprint = new ConcurrentSkipListMap<>();
    private volatile Optional<Cluster> cluster = Optional.empty();
    private volatile Optional<JobEngine> engine = Optional.empty();

    /**
     * Starts nothing and writes nothing.
     *
     * @param runId is in the metadata of every job
     * @param runDirectory gets {@code ledger.json}
     */
    public ForeignRayProvider(
            Scenario scenario, ForeignRaySpec spec, String runId, Path runDirectory) {
        this.scenario = scenario;
        this.spec = spec;
        this.runId = runId;
        this.ledger = Ledger.ofRun(runId, runDirectory);
    }

    @Override
    public List<Check> preflight() {
        try (RayClient ray = client()) {
            String version = ray.version().version();
            fingerprint.put("ray", version);
            Check found =
                    new Check(
                            "ray dashboard",
                            Check.Verdict.OK,
                            "Ray " + version + " at " + spec.dashboard(),
                            "");
            return List.of(found, ForeignRay.shape(ray, scenario.cluster()));
        } catch (RayRequestException noAnswer) {
            return List.of(
                    new Check(
                            "ray dashboard",
                            Check.Verdict.FAILED,
                            spec.dashboard() + ": " + noAnswer.getMessage(),
                            "correct attach.rayDashboard; set RAY_AUTH_TOKEN if it asks for a token"));
        }
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        return ForeignRay.model(scenario, model);
    }

    @Override
    public Cluster up(Progress progress) {
        // From now on there may be jobs.
        ledger.put(new LedgerRay(spec.dashboard().toString(), List.of()));
        try (RayClient ray = client()) {
            List<Cluster.Node> nodes = ForeignRay.nodes(ray, scenario.cluster());
            fingerprint.put("nodes", ForeignRay.inWords(nodes));
            Cluster there = new Cluster(Optional.of(spec.dashboard()), token(), nodes);
            cluster = Optional.of(there);
            return there;
        }
    }

    @Override
    public synchronized void willSubmit(String jobId) {
        ledger.rays().forEach(there -> ledger.put(there.with(jobId)));
    }

    /** On the first node with GPUs: older Ray executors need one where the driver runs. */
    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        Cluster there =
                cluster.orElseThrow(() -> new IllegalStateException("the cluster is not up"));
        Cluster.Node first =
                there.nodes().stream().filter(node -> node.gpus() > 0).findFirst().orElseThrow();
        EngineCommand serve = command.apply(site(first.ip()));
        JobEngine.Part part =
                new JobEngine.Part(
                        "shakedown-vllm-" + runId,
                        first.ip(),
                        ShellWords.line(Map.of(), serve.argv()),
                        serve.env());
        URI itsOwn = URI.create("http://%s:%d".formatted(first.ip(), spec.port()));
        URI url = spec.baseUrl().orElse(itsOwn);
        JobEngine started =
                JobEngine.start(client().inRun(runId, this::willSubmit), url, List.of(part), log)
                        .at(itsOwn);
        engine = Optional.of(started);
        Tunnel.to(url).ifPresent(started::behind);
        return started;
    }

    @Override
    public Map<String, String> fingerprint() {
        return Map.copyOf(fingerprint);
    }

    @Override
    public void collectLogs(Path logs) {
        // The nodes' logs are where somebody else put them; those of the jobs are here already.
    }

    @Override
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        String ray = spec.dashboard().toString().replaceAll("/+$", "");
        List<String> engineLines = new ArrayList<>();
        if (spec.startEngine() && scenario.engine().isPresent()) {
            EngineCommand serve = command.apply(site("$NODE"));
            engineLines.add("NODE=...   # the address of its first node with GPUs");
            engineLines.add(
                    "ray job submit --no-wait --submission-id shakedown-vllm"
                            + " --entrypoint-resources \"{\\\"node:$NODE\\\": 0.001}\" -- "
                            + ShellWords.line(serve.env(), serve.argv())
                                    .replace("'$NODE'", "$NODE"));
            engineLines.add(
                    ProviderPlan.until("curl -fsS http://$NODE:" + spec.port() + "/health"));
        }
        return new ProviderPlan(
                List.of(
                        "export RAY_API_SERVER_ADDRESS=" + ray,
                        "curl -fsS " + ray + "/api/version",
                        "curl -fsS " + ray + "/api/v0/nodes"),
                engineLines,
                List.of(
                        engineLines.isEmpty()
                                ? "# nothing: the jobs have ended, and the Ray is somebody else's"
                                : "ray job stop shakedown-vllm"));
    }

    @Override
    public void down() {
        engine.ifPresent(JobEngine::close);
        RayEnd end = new RayEnd();
        EndReport report = EndReport.NOTHING;
        for (LedgerRay ray : ledger.rays()) {
            report = report.and(end.end(runId, ray));
        }
        report.requireClean("ended");
        ledger.close();
    }

    private EngineSite site(String host) {
        String model = scenario.engine().map(EngineSpec::model).orElse("");
        return new EngineSite(host, spec.port(), model, false);
    }

    private RayClient client() {
        return new RayClient(spec.dashboard(), token());
    }

    private static Optional<String> token() {
        return RayToken.ofEnvironment(System.getenv());
    }
}
