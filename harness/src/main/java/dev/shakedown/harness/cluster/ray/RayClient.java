package dev.shakedown.harness.cluster.ray;

import dev.shakedown.harness.cluster.gpu.GpuReading;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * The REST API of Ray's dashboard (2.4x and newer). Calls block; every one may throw {@link
 * RayRequestException}. Fields that a version lacks are empty, fields that it adds are ignored.
 */
public final class RayClient implements AutoCloseable {
    private final RayHttp http;
    private final RayJobs jobs;
    private final RayPackages packages;
    private final RayState state;

    /**
     * @param dashboard {@code http://host:8265}, with a base path where a proxy adds one
     * @param token sent as a bearer token; never logged
     */
    public RayClient(URI dashboard, Optional<String> token) {
        this(dashboard, token, Duration.ofSeconds(30));
    }

    /**
     * @param patience how long an answer may be silent; a whole call 30 s longer
     */
    public RayClient(URI dashboard, Optional<String> token, Duration patience) {
        this.http = new RayHttp(dashboard, token, patience);
        this.jobs = new RayJobs(http);
        this.packages = new RayPackages(http);
        this.state = new RayState(http);
    }

    /**
     * The same; every job that it submits from now on names this run.
     *
     * @param before gets the id of each of them before it is submitted
     */
    public RayClient inRun(String runId, Consumer<String> before) {
        jobs.inRun(runId, before);
        return this;
    }

    /** As the other, for a Ray that ends with its run. */
    public RayClient inRun(String runId) {
        return inRun(runId, _ -> {});
    }

    /** Which Ray this is. */
    public RayVersion version() {
        JsonNode at = http.get("api/version");
        return new RayVersion(
                Fields.text(at, "ray_version"),
                Fields.text(at, "ray_commit"),
                Fields.text(at, "session_name"));
    }

    /** {@code token} or {@code disabled}; empty for a Ray before 2.52, which has none. */
    public Optional<String> authenticationMode() {
        try {
            return Fields.optional(http.get("api/authentication_mode"), "authentication_mode");
        } catch (RayRequestException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** All nodes that the cluster has known, the dead ones too. */
    public List<RayNode> nodes() {
        try {
            return NodeRows.named(state.nodes(), this::summary);
        } catch (RayRequestException e) {
            // The state API answers 404 or 500 where it is off or its agent is late.
            if (e.status() != 404 && e.status() != 500) {
                throw e;
            }
            return summary();
        }
    }

    /**
     * Memory that is used on the GPUs of all nodes, in MiB, some seconds behind; empty where Ray
     * sees no GPU.
     */
    public OptionalLong gpuMemoryUsed() {
        List<JsonNode> gpus =
                http.get("nodes?view=summary")
                        .path("data")
                        .path("summary")
                        .valueStream()
                        .flatMap(node -> node.path("gpus").valueStream())
                        .toList();
        return gpus.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        gpus.stream().mapToLong(gpu -> gpu.path("memoryUsed").asLong(0)).sum());
    }

    /** All GPUs, some seconds behind; none where Ray sees no GPU. */
    public List<GpuReading> gpus() {
        return GpuRows.ofSummary(http.get("nodes?view=summary"));
    }

    /** What {@code ray status} prints; about 5 s behind. */
    public String clusterStatus() {
        return Fields.text(http.get("api/cluster_status?format=1").path("data"), "clusterStatus");
    }

    public RayJobs jobs() {
        return jobs;
    }

    public RayPackages packages() {
        return packages;
    }

    public RayState state() {
        return state;
    }

    @Override
    public void close() {
        http.close();
    }

    private List<RayNode> summary() {
        return NodeRows.ofSummary(http.get("nodes?view=summary"));
    }
}
