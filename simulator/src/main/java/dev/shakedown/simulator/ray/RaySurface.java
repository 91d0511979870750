package dev.shakedown.simulator.ray;

import dev.shakedown.simulator.SimulatedNode;
import dev.shakedown.simulator.engine.Gpu;
import dev.shakedown.simulator.engine.Ticks;
import dev.shakedown.simulator.fault.Effect;
import dev.shakedown.simulator.fault.Faults;
import dev.shakedown.simulator.gpu.DcgmPage;
import dev.shakedown.simulator.gpu.GpuStates;
import dev.shakedown.simulator.http.Exchange;
import dev.shakedown.simulator.http.Handler;
import dev.shakedown.simulator.http.Json;
import dev.shakedown.simulator.http.Routes;
import dev.shakedown.simulator.vllm.EngineHost;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Ray's dashboard, and {@code /simulator/engine}, which no real dashboard has. */
public final class RaySurface implements Handler {
    /** The version whose API this is. */
    public static final String VERSION = "2.60.0";

    /** Where the page of a dcgm-exporter is, for all nodes in one; no real dashboard has it. */
    public static final String DCGM = "/simulator/dcgm/metrics";

    private static final DateTimeFormatter SESSION =
            DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss_SSSSSS").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter STATUS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

    private final Cluster cluster;
    private final EngineHost engine;
    private final InstantSource clock;
    private final Instant started;
    private final GpuStates gpus;
    private final Jobs jobs;
    private final Handler guarded;

    /**
     * What the dashboard shows.
     *
     * @param nodes all that were started, whether they came up or not
     * @param token that it asks for
     */
    public record Cluster(
            List<SimulatedNode> nodes, Gpu gpu, Optional<String> token, long seed, Faults faults) {
        public Cluster {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * @param engineControl answers {@code POST /simulator/engine}
     */
    public RaySurface(
            Cluster cluster,
            EngineHost engine,
            Handler engineControl,
            Ticks loop,
            InstantSource clock) {
        this.cluster = cluster;
        this.engine = engine;
        this.clock = clock;
        this.started = clock.instant();
        this.gpus = new GpuStates(cluster.gpu(), cluster.nodes(), cluster.faults(), engine);
        this.jobs =
                new Jobs(
                        new Jobs.Place(
                                this::nodes,
                                cluster.gpu(),
                                cluster.faults(),
                                () -> engineRows().gpusUsed()),
                        loop,
                        clock,
                        cluster.seed());
        this.guarded = new DashboardGuard(cluster.token(), broken(routes(engineControl)));
    }

    @Override
    public void handle(Exchange exchange) {
        guarded.handle(exchange);
    }

    /** Nodes that Ray knows of. */
    private List<SimulatedNode> nodes() {
        return cluster.faults().present(cluster.nodes());
    }

    private NodeRows rows() {
        return new NodeRows(cluster, gpus, started.toEpochMilli());
    }

    /** The simulator's own routes answer whatever is wrong with Ray. */
    private Handler broken(Handler next) {
        return exchange -> {
            Optional<String> status =
                    cluster.faults()
                            .value(Effect.DASHBOARD_STATUS)
                            .filter(any -> !exchange.path().startsWith("/simulator/"));
            if (status.isPresent()) {
                exchange.text(Integer.parseInt(status.get()), "Internal Server Error");
            } else {
                next.handle(exchange);
            }
        };
    }

    /** How each node's {@code ray start} is: on a real node its process says so. */
    private void rayStarts(Exchange exchange) {
        ArrayNode all = Json.array();
        for (SimulatedNode node : cluster.nodes()) {
            ObjectNode row = all.addObject().put("hostname", node.hostname());
            cluster.faults()
                    .onNode(Effect.RAY_START_EXIT, node.index())
                    .ifPresent(status -> row.put("exitStatus", Integer.parseInt(status)));
        }
        exchange.json(200, all);
    }

    private Routes routes(Handler engineControl) {
        Routes routes =
                new Routes(
                                exchange -> exchange.text(404, "404: Not Found"),
                                exchange -> exchange.text(405, "405: Method Not Allowed"))
                        .on("GET", "/api/version", this::version)
                        .on("GET", "/api/authentication_mode", this::authenticationMode)
                        .on("GET", "/api/gcs_healthz", exchange -> exchange.text(200, "success"))
                        .on("GET", "/api/healthz", exchange -> exchange.text(200, "success"))
                        .on("GET", "/api/local_raylet_healthz", e -> e.text(200, "success"))
                        .on("GET", "/-/healthz", e -> e.text(200, "success"))
                        .on("GET", "/nodes", this::nodeSummary)
                        .on("GET", "/nodes/{id}", this::nodeDetail)
                        .on("GET", "/api/cluster_status", this::clusterStatus)
                        .on("GET", "/api/v0/nodes", e -> StateApi.reply(e, rows().state()))
                        .on("GET", "/api/v0/actors", e -> StateApi.reply(e, actors()))
                        .on("GET", "/api/v0/tasks", e -> StateApi.reply(e, tasks()))
                        .on("GET", "/api/v0/jobs", e -> StateApi.reply(e, jobRows()))
                        .on(
                                "GET",
                                "/api/v0/placement_groups",
                                e -> StateApi.reply(e, engineRows().placementGroups()))
                        .on("GET", "/api/v0/workers", e -> StateApi.reply(e, List.of()))
                        .on("GET", "/api/v0/objects", e -> StateApi.reply(e, List.of()))
                        .on("GET", "/api/v0/runtime_envs", e -> StateApi.reply(e, List.of()))
                        .on(
                                "GET",
                                "/api/v0/tasks/summarize",
                                e -> StateApi.summary(e, StateApi.Kind.TASKS, tasks()))
                        .on(
                                "GET",
                                "/api/v0/actors/summarize",
                                e -> StateApi.summary(e, StateApi.Kind.ACTORS, actors()))
                        .on("GET", "/simulator/nodes", this::rayStarts)
                        .on("GET", DCGM, e -> e.text(200, DcgmPage.of(gpus)))
                        .on("POST", "/simulator/engine", engineControl)
                        .on("GET", "/simulator/engine", this::engineState)
                        .on("DELETE", "/simulator/engine", this::endEngine);
        jobs.addTo(routes);
        return routes;
    }

    private void version(Exchange exchange) {
        exchange.json(
                200,
                Json.object()
                        .put("version", "4")
                        .put("ray_version", VERSION)
                        .put("ray_commit", "simulated")
                        .put("session_name", "session_" + SESSION.format(started) + "_simulated"));
    }

    private void authenticationMode(Exchange exchange) {
        String mode = cluster.token().isPresent() ? "token" : "disabled";
        exchange.json(200, Json.object().put("authentication_mode", mode));
    }

    private void nodeSummary(Exchange exchange) {
        exchange.json(
                200, envelope("Node summary fetched.", rows().summary(engineRows().gpusUsed())));
    }

    /** Of a node that nobody knows Ray shows nothing, and no error. */
    private void nodeDetail(Exchange exchange) {
        ObjectNode data = Json.object().set("detail", Json.object());
        rows().summary(engineRows().gpusUsed())
                .path("summary")
                .valueStream()
                .filter(row -> row.at("/raylet/nodeId").asString().equals(exchange.pathValue("id")))
                .findFirst()
                .ifPresent(row -> data.set("detail", row));
        exchange.json(200, envelope("Node details fetched.", data));
    }

    private void clusterStatus(Exchange exchange) {
        int used = engineRows().gpusUsed().stream().mapToInt(Integer::intValue).sum();
        String text = rows().statusText(STATUS.format(clock.instant()), used);
        if (exchange.query("format").filter("1"::equals).isPresent()) {
            exchange.json(
                    200,
                    envelope(
                            "Got formatted cluster status.",
                            Json.object().put("clusterStatus", text)));
            return;
        }
        ObjectNode data = Json.object().put("autoscalingStatus", text).putNull("autoscalingError");
        data.putObject("clusterStatus").put("time", clock.millis() / 1000.0);
        exchange.json(200, envelope("Got cluster status.", data));
    }

    private void engineState(Exchange exchange) {
        EngineHost.State state = engine.state();
        ObjectNode body = Json.object().put("state", state.key());
        if (state instanceof EngineHost.Exited exited) {
            body.put("exitStatus", exited.status());
        }
        exchange.json(200, body);
    }

    private void endEngine(Exchange exchange) {
        engine.stop();
        exchange.json(200, Json.object().put("state", engine.state().key()));
    }

    private EngineRows engineRows() {
        return new EngineRows(nodes(), engine.state().holding(), cluster.faults());
    }

    private List<ObjectNode> actors() {
        List<ObjectNode> all = new ArrayList<>(engineRows().actors());
        for (Job job : jobs.all()) {
            all.add(
                    Json.object()
                            .put("actor_id", "%024x".formatted(job.id().hashCode()) + job.jobId())
                            .put("class_name", "ProgressActor")
                            .put("state", job.status().terminal() ? "DEAD" : "ALIVE")
                            .put("job_id", job.jobId())
                            .put("name", "")
                            .put("node_id", nodes().getFirst().id())
                            .put("pid", 2900)
                            .put("ray_namespace", "simulated"));
        }
        return all;
    }

    private List<ObjectNode> tasks() {
        List<ObjectNode> all = new ArrayList<>();
        int gpus = cluster.nodes().getFirst().gpuUuids().size();
        for (Job job : jobs.all()) {
            String state = job.status().terminal() ? "FINISHED" : "RUNNING";
            for (int i = 0; i < cluster.nodes().size() * gpus; i++) {
                all.add(
                        Json.object()
                                .put("task_id", "%040x".formatted(i + 1) + job.jobId())
                                .put("attempt_number", 0)
                                .put("name", "sample")
                                .put("state", state)
                                .put("job_id", job.jobId())
                                .putNull("actor_id")
                                .put("type", "NORMAL_TASK")
                                .put("func_or_class_name", "sample")
                                .put("node_id", cluster.nodes().get(i / gpus).id())
                                .put("worker_pid", 6000 + i)
                                .putNull("error_type"));
            }
        }
        return all;
    }

    private List<ObjectNode> jobRows() {
        List<ObjectNode> all = new ArrayList<>();
        jobs.all().forEach(job -> all.add(job.details()));
        return all;
    }

    private static ObjectNode envelope(String message, ObjectNode data) {
        ObjectNode body = Json.object().put("result", true).put("msg", message);
        return body.set("data", data);
    }
}
