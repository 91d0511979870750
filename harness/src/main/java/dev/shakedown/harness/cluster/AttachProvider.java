package dev.shakedown.harness.cluster;

import dev.shakedown.harness.cluster.ray.RayClient;
import dev.shakedown.harness.cluster.ray.RayRequestException;
import dev.shakedown.harness.cluster.ray.RayToken;
import dev.shakedown.harness.scenario.AttachSpec;
import dev.shakedown.harness.scenario.ClusterSpec;
import dev.shakedown.harness.scenario.SecretFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * An endpoint that somebody else runs, with or without a Ray dashboard. Starts nothing, so it ends
 * nothing; what it cannot look at is said to be skipped.
 */
public final class AttachProvider implements ClusterProvider {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    private final AttachSpec spec;
    private final ClusterSpec shape;
    private final Duration betweenLooks;
    private final Map<String, String> fingerprint = new ConcurrentSkipListMap<>();

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
        List<Map<String, String>> found = new ArrayList<>();
        for (URI url : spec.baseUrls()) {
            AttachPreflight each = look(url);
            each.endpoint().stream()
                    .map(check -> spec.replicas().isEmpty() ? check : at(url, check))
                    .forEach(checks::add);
            found.add(each.found());
        }
        for (String what : List.of("vllm", "models")) {
            same(what, found).ifPresent(checks::add);
        }
        AttachPreflight around = look(spec.baseUrl());
        checks.addAll(around.around());
        found.reversed().forEach(fingerprint::putAll);
        fingerprint.putAll(around.found());
        return checks;
    }

    private AttachPreflight look(URI url) {
        return new AttachPreflight(spec.at(url), apiKey(), rayToken(), betweenLooks);
    }

    private static Check at(URI url, Check check) {
        return new Check(
                check.name(), check.verdict(), check.detail() + " at " + url, check.next());
    }

    /** Replicas that differ would be measured as if they were one. */
    private Optional<Check> same(String what, List<Map<String, String>> found) {
        List<String> each =
                found.stream().flatMap(one -> Optional.ofNullable(one.get(what)).stream()).toList();
        if (spec.replicas().isEmpty() || each.stream().distinct().count() < 2) {
            return Optional.empty();
        }
        return Optional.of(
                new Check(
                        "replicas",
                        Check.Verdict.FAILED,
                        "%s differ: %s".formatted(what, String.join(" | ", each)),
                        "let attach.baseUrl name replicas of one model and one version of vLLM"));
    }

    @Override
    public String prepare(boolean model, Progress progress) {
        return "nothing to make ready: the endpoint is there";
    }

    @Override
    public Cluster up(Progress progress) {
        List<Cluster.Node> nodes =
                spec.rayDashboard().map(this::nodes).orElseGet(this::unknownNode);
        return new Cluster(spec.rayDashboard(), rayToken(), nodes);
    }

    @Override
    public RunningEngine startEngine(Function<EngineSite, EngineCommand> command, Path log) {
        List<RunningEngine> each =
                spec.baseUrls().stream()
                        .<RunningEngine>map(
                                url -> new Endpoint(url, apiKey(), spec.caFile(), List.of()))
                        .toList();
        return new Endpoint(spec.baseUrl(), apiKey(), spec.caFile(), each);
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
    public ProviderPlan plan(Function<EngineSite, EngineCommand> command) {
        String trusted = spec.caFile().map(file -> " --cacert " + file).orElse("");
        List<String> looks = new ArrayList<>();
        for (URI url : spec.baseUrls()) {
            for (String route : List.of("/health", "/version", "/v1/models", "/metrics")) {
                String curl = "curl -fsS" + trusted + " " + withoutSlash(url) + route;
                looks.add(
                        spec.apiKeyFile()
                                .map(file -> ShellWords.withBearer(file, curl))
                                .orElse(curl));
            }
        }
        return new ProviderPlan(
                spec.rayDashboard().map(AttachProvider::dashboard).orElse(List.of()),
                looks,
                List.of("# nothing: what was there before is left alone"));
    }

    private static List<String> dashboard(URI uri) {
        String ray = withoutSlash(uri);
        return List.of(
                "export RAY_API_SERVER_ADDRESS=" + ray,
                "curl -fsS " + ray + "/api/version",
                "curl -fsS " + ray + "/api/v0/nodes");
    }

    private static String withoutSlash(URI uri) {
        return uri.toString().replaceAll("/+$", "");
    }

    @Override
    public void down() {
        // Nothing here was started by this run.
    }

    private List<Cluster.Node> nodes(URI dashboard) {
        try (RayClient ray = new RayClient(dashboard, rayToken())) {
            List<Cluster.Node> nodes = Cluster.alive(ray);
            if (nodes.isEmpty()) {
                throw noNodes(dashboard, "no node is alive");
            }
            recordNodes(nodes);
            return nodes;
        } catch (RayRequestException noAnswer) {
            throw noNodes(dashboard, noAnswer.getMessage());
        }
    }

    private static StepFailedException noNodes(URI dashboard, String why) {
        return new StepFailedException(
                "Ray at " + dashboard + " names no nodes",
                "",
                List.of(why),
                "set RAY_AUTH_TOKEN if it asks for a token, or leave attach.rayDashboard out");
    }

    private static Optional<String> rayToken() {
        return RayToken.ofEnvironment(System.getenv());
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

    private Optional<String> apiKey() {
        return spec.apiKeyFile().map(AttachProvider::firstLine).filter(key -> !key.isEmpty());
    }

    private static String firstLine(Path file) {
        try {
            return SecretFile.firstLine(file);
        } catch (UncheckedIOException unreadable) {
            throw new StepFailedException(
                    "attach.apiKeyFile cannot be read",
                    "",
                    List.of(file.toString()),
                    "ls -l " + file);
        }
    }

    /** {@code each} is empty for one that is alone. */
    private record Endpoint(
            URI baseUrl, Optional<String> apiKey, Optional<Path> caFile, List<RunningEngine> each)
            implements RunningEngine {
        @Override
        public List<RunningEngine> replicas() {
            return each.size() > 1 ? each : List.of(this);
        }

        @Override
        public Optional<String> tunnel() {
            return Tunnel.to(baseUrl);
        }

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
