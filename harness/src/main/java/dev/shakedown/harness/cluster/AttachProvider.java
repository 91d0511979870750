package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.endpoint.EngineClient;
import dev.shakedown.harness.cluster.endpoint.MetricsPage;
import dev.shakedown.harness.cluster.endpoint.RayProbe;
import dev.shakedown.harness.cluster.endpoint.ServedModel;
import dev.shakedown.harness.scenario.AttachSpec;
import dev.shakedown.harness.scenario.ClusterSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An endpoint that somebody else runs, with or without a Ray dashboard. Starts nothing, so it ends
 * nothing; what it cannot look at is said to be skipped.
 */
public final class AttachProvider implements ClusterProvider {
    private static final int LOOKS = 5;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final AttachSpec spec;
    private final ClusterSpec shape;
    private final Duration betweenLooks;
    private final Map<String, String> fingerprint = new TreeMap<>();

    public AttachProvider(AttachSpec spec, ClusterSpec shape) {
        this(spec, shape, BETWEEN_LOOKS);
    }

    AttachProvider(AttachSpec spec, ClusterSpec shape, Duration betweenLooks) {
        this.spec = spec;
        this.shape = shape;
        this.betweenLooks = betweenLooks;
    }

    @Override
    public List<Check> preflight() {
        List<Check> checks = new ArrayList<>();
        try (EngineClient client = client()) {
            if (reachable(client, checks)) {
                version(client, checks);
                if (models(client, checks)) {
                    foreignLoad(client, checks);
                }
            }
        } catch (IOException notUsable) {
            checks.add(
                    fail(
                            "endpoint",
                            text(notUsable),
                            "check attach.baseUrl, caFile and apiKeyFile"));
        }
        checks.add(dashboard());
        checks.add(skipped("engine log", "the engine was started by somebody else"));
        return checks;
    }

    @Override
    public String prepare(Progress progress) {
        return "nothing to make ready: the endpoint is there";
    }

    @Override
    public Cluster up(Progress progress) {
        Optional<RayProbe> ray = spec.rayDashboard().map(RayProbe::new);
        List<Cluster.Node> nodes = List.of();
        if (ray.isPresent()) {
            try {
                nodes =
                        ray.get().nodes().stream()
                                .map(
                                        node ->
                                                new Cluster.Node(
                                                        node.id(),
                                                        node.ip(),
                                                        node.hostname(),
                                                        node.gpus(),
                                                        node.head()))
                                .toList();
                recordNodes(nodes);
            } catch (IOException noAnswer) {
                progress.say("Ray names no nodes: " + text(noAnswer));
            }
        }
        return new Cluster(
                spec.rayDashboard(), Optional.empty(), nodes.isEmpty() ? unknownNode() : nodes);
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        return new Endpoint(spec.baseUrl(), apiKey(), spec.caFile());
    }

    @Override
    public Map<String, String> fingerprint() {
        return Map.copyOf(fingerprint);
    }

    @Override
    public void collectLogs(Path logs) {
        // They are where somebody else put them.
    }

    @Override
    public List<String> plan(Function<EngineSite, EngineCommand> command) {
        String options =
                spec.caFile().map(file -> " --cacert " + file).orElse("")
                        + spec.apiKeyFile()
                                .map(
                                        file ->
                                                " -H \"Authorization: Bearer $(head -n1 "
                                                        + file
                                                        + ")\"")
                                .orElse("");
        String base = spec.baseUrl().toString().replaceAll("/+$", "");
        List<String> lines = new ArrayList<>();
        for (String route : List.of("/health", "/version", "/v1/models", "/metrics")) {
            lines.add("curl -fsS" + options + " " + base + route);
        }
        spec.rayDashboard()
                .map(uri -> uri.toString().replaceAll("/+$", ""))
                .ifPresent(
                        ray -> {
                            lines.add("curl -fsS " + ray + "/api/version");
                            lines.add("curl -fsS '" + ray + "/api/v0/nodes'");
                        });
        return lines;
    }

    @Override
    public void down() {
        // Nothing here was started by this run.
    }

    private boolean reachable(EngineClient client, List<Check> checks) {
        try {
            int status = client.health();
            boolean healthy = status == 200;
            checks.add(
                    healthy
                            ? ok("endpoint", client.url("health") + " is healthy")
                            : fail(
                                    "endpoint",
                                    client.url("health") + " answers " + status,
                                    "wait until the engine is up, or check the path of"
                                            + " attach.baseUrl"));
            return healthy;
        } catch (IOException nobody) {
            checks.add(
                    fail(
                            "endpoint",
                            client.url("health") + ": " + text(nobody),
                            "check attach.baseUrl, the network and, for TLS, attach.caFile"));
            return false;
        }
    }

    private void version(EngineClient client, List<Check> checks) {
        try {
            Optional<String> version = client.version();
            version.ifPresent(known -> fingerprint.put("vllm", known));
            checks.add(
                    version.map(known -> ok("version", "vLLM " + known))
                            .orElseGet(() -> skipped("version", "no /version on this server")));
        } catch (IOException noAnswer) {
            checks.add(skipped("version", text(noAnswer)));
        }
    }

    private boolean models(EngineClient client, List<Check> checks) {
        try {
            List<ServedModel> models = client.models();
            String names = models.stream().map(ServedModel::id).collect(Collectors.joining(", "));
            fingerprint.put("models", names);
            checks.add(
                    models.isEmpty()
                            ? fail("models", "/v1/models lists nothing", "load a model")
                            : ok("models", names));
            return !models.isEmpty();
        } catch (IOException refused) {
            checks.add(fail("models", text(refused), "check attach.apiKeyFile"));
            return false;
        }
    }

    private void foreignLoad(EngineClient client, List<Check> checks) {
        double most = 0;
        for (int look = 0; look < LOOKS; look++) {
            if (look > 0) {
                pause();
            }
            try {
                OptionalDouble inside =
                        client.metrics()
                                .map(MetricsPage::requestsInside)
                                .orElse(OptionalDouble.empty());
                if (inside.isEmpty()) {
                    checks.add(skipped("foreign load", "no vllm:num_requests_running on /metrics"));
                    return;
                }
                most = Math.max(most, inside.getAsDouble());
            } catch (IOException noAnswer) {
                checks.add(skipped("foreign load", text(noAnswer)));
                return;
            }
        }
        checks.add(foreignLoad(most));
    }

    private Check foreignLoad(double most) {
        if (most == 0) {
            return ok("foreign load", "no request inside in " + LOOKS + " looks");
        }
        String seen = "%.0f requests of others inside".formatted(most);
        return spec.shared()
                ? new Check(
                        "foreign load",
                        Check.Verdict.WARN,
                        seen + "; attach.shared makes the run informational",
                        "")
                : fail(
                        "foreign load",
                        seen,
                        "wait until the endpoint is idle, or set attach.shared: true (the run is"
                                + " then informational)");
    }

    private Check dashboard() {
        if (spec.rayDashboard().isEmpty()) {
            return skipped("ray dashboard", "attach.rayDashboard is not set");
        }
        URI uri = spec.rayDashboard().get();
        try {
            String version = new RayProbe(uri).version();
            fingerprint.put("ray", version);
            return ok("ray dashboard", "Ray " + version + " at " + uri);
        } catch (IOException noAnswer) {
            return fail(
                    "ray dashboard",
                    uri + ": " + text(noAnswer),
                    "correct attach.rayDashboard, or leave it out");
        }
    }

    private List<Cluster.Node> unknownNode() {
        String host = Optional.ofNullable(spec.baseUrl().getHost()).orElse("");
        return List.of(new Cluster.Node("unknown", host, host, shape.gpus(), true));
    }

    private void recordNodes(List<Cluster.Node> nodes) {
        fingerprint.put(
                "nodes",
                nodes.stream()
                        .map(node -> "%s (%d GPUs)".formatted(node.ip(), node.gpus()))
                        .collect(Collectors.joining(", ")));
    }

    private EngineClient client() throws IOException {
        return new EngineClient(spec.baseUrl(), apiKey(), spec.caFile());
    }

    private Optional<String> apiKey() {
        return spec.apiKeyFile().map(AttachProvider::firstLine).filter(key -> !key.isEmpty());
    }

    private static String firstLine(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElse("").strip();
        } catch (IOException | UncheckedIOException unreadable) {
            // Never the content: a wrong file could hold another secret.
            throw new StepFailedException(
                    "attach.apiKeyFile cannot be read",
                    "",
                    List.of(file.toString()),
                    "ls -l " + file);
        }
    }

    private void pause() {
        try {
            Thread.sleep(betweenLooks);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StepFailedException("interrupted in preflight", "", List.of(), "");
        }
    }

    private static Check ok(String name, String detail) {
        return new Check(name, Check.Verdict.OK, detail, "");
    }

    private static Check fail(String name, String detail, String next) {
        return new Check(name, Check.Verdict.FAIL, detail, next);
    }

    private static Check skipped(String name, String why) {
        return new Check(name, Check.Verdict.SKIPPED, why, "");
    }

    private static String text(IOException problem) {
        return problem.getMessage() == null
                ? problem.getClass().getSimpleName()
                : problem.getMessage();
    }

    private record Endpoint(URI baseUrl, Optional<String> apiKey, Optional<Path> caFile)
            implements RunningEngine {
        @Override
        public Optional<Path> log() {
            return Optional.empty();
        }

        @Override
        public OptionalInt exitStatus() {
            return OptionalInt.empty();
        }

        /** Without the key. */
        @Override
        public String toString() {
            return baseUrl.toString();
        }
    }
}
