package dev.shakedown.harness.cluster.ray;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.NonNull;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The jobs of a Ray dashboard: submitted, listed, stopped; without a WebSocket. */
public final class FakeRayJobs extends Dispatcher implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** A job as Ray tells of it. */
    public record Job(String id, String run, String status, String log) {
        public Job(String id, String run, String status) {
            this(id, run, status, "");
        }
    }

    public final Map<String, Job> jobs = new ConcurrentHashMap<>();
    public final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** How many submits are answered by "No available agent". */
    public volatile int withoutAgent;

    /** Submits of jobs with such an id are refused for good. */
    public volatile String refused = "none";

    /** How many submits are taken without an answer that says so. */
    public volatile int lostAnswers;

    /** How many nodes of one GPU are registered. */
    public volatile int nodes;

    /** Says that it stops a job, and does not. */
    public volatile boolean stopsNothing;

    /** How long each request to stop takes. */
    public volatile long stopMillis;

    private final MockWebServer server = new MockWebServer();

    public FakeRayJobs() {
        server.setDispatcher(this);
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url() {
        return server.url("/").toString();
    }

    RayClient client() {
        return new RayClient(server.url("/").uri(), Optional.empty());
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public MockResponse dispatch(@NonNull RecordedRequest request) throws InterruptedException {
        String target = request.getTarget();
        requests.add(request.getMethod() + " " + target);
        if (target.startsWith("/api/v0/nodes")) {
            return nodes();
        }
        if (target.equals("/api/jobs/")) {
            return request.getMethod().equals("POST") ? submit(request) : list();
        }
        String[] parts = target.split("/", -1);
        Job job = parts.length > 3 ? jobs.get(parts[3]) : null;
        if (job == null || target.endsWith("/tail")) {
            return text(404, "404: Not Found");
        }
        if (target.endsWith("/stop")) {
            Thread.sleep(stopMillis);
            if (!stopsNothing) {
                jobs.put(job.id(), new Job(job.id(), job.run(), "STOPPED", job.log()));
            }
            return text(200, "{\"stopped\":true}");
        }
        if (target.endsWith("/logs")) {
            return text(200, JSON.writeValueAsString(Map.of("logs", job.log())));
        }
        return text(200, json(job));
    }

    private MockResponse nodes() {
        List<String> rows =
                IntStream.range(0, nodes)
                        .mapToObj(
                                i ->
                                        """
                                        {"node_id":"n%d","node_ip":"10.0.0.%d","state":"ALIVE",
                                        "is_head_node":%s,"resources_total":{"GPU":1}}"""
                                                .formatted(i, i + 1, i == 0))
                        .toList();
        return text(
                200,
                "{\"result\":true,\"data\":{\"result\":{\"result\":[%s]}}}"
                        .formatted(String.join(",", rows)));
    }

    private MockResponse submit(RecordedRequest request) {
        JsonNode asked = JSON.readTree(String.valueOf(request.getBody().utf8()));
        String id = asked.path("submission_id").asString("");
        if (withoutAgent > 0) {
            withoutAgent--;
            return text(500, "No available agent to submit job, please try again later.");
        }
        if (id.contains(refused)) {
            return text(400, "no such resource");
        }
        if (jobs.containsKey(id)) {
            return text(500, "ValueError: Job with submission_id " + id + " already exists.");
        }
        jobs.put(id, new Job(id, asked.at("/metadata/shakedownRun").asString(""), "RUNNING"));
        if (lostAnswers > 0) {
            lostAnswers--;
            return text(502, "Bad Gateway");
        }
        return text(200, "{\"submission_id\":\"" + id + "\"}");
    }

    private MockResponse list() {
        return text(
                200, "[" + String.join(",", jobs.values().stream().map(this::json).toList()) + "]");
    }

    private String json(Job job) {
        return """
                {"submission_id":"%s","status":"%s","entrypoint":"x",
                "metadata":{"startedBy":"shakedown","shakedownRun":"%s"}}"""
                .formatted(job.id(), job.status(), job.run());
    }

    private static MockResponse text(int code, String body) {
        return new MockResponse.Builder().code(code).body(body).build();
    }
}
