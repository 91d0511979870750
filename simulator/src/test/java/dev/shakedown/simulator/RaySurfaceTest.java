package dev.shakedown.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shakedown.simulator.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RaySurfaceTest {
    private static final String PI =
            "python pi_job.py --samples-per-task 1000000 --burn-seconds 2 --matrix-size 25000"
                    + " --nodes 2 --gpus-per-node 2 --timeout 60";

    private static final String FABRIC =
            "python -u fabric_job.py --nodes 2 --gpus-per-node 2 --timeout 60";

    @TempDir static Path logs;
    private static SimulatorServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        server =
                SimulatorServer.start(
                        cluster(2),
                        SimulatorOptions.defaults(logs).withManualEngine(Duration.ofMillis(50)));
        client = new Client(server.dashboardUrl());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void nodesHaveTheirOwnAddressesAndGpus() throws IOException {
        JsonNode rows = client.get("/api/v0/nodes?detail=1").json().at("/data/result/result");
        JsonNode summary = client.get("/nodes?view=summary").json().at("/data/summary");

        assertThat(rows.size()).isEqualTo(2);
        assertThat(rows.path(0).path("is_head_node").asBoolean()).isTrue();
        assertThat(rows.path(1).at("/resources_total/GPU").asInt()).isEqualTo(2);
        assertThat(rows.path(1).propertyNames())
                .contains("node_id", "node_ip", "state", "state_message", "node_name", "labels");
        Set<String> uuids = new HashSet<>();
        summary.forEach(
                node -> node.path("gpus").forEach(gpu -> uuids.add(gpu.path("uuid").asString())));
        assertThat(uuids).hasSize(4);
    }

    @Test
    void oneNodeHasADetailAndAnUnknownOneAnEmptyOne() throws IOException {
        JsonNode first = client.get("/nodes?view=summary").json().at("/data/summary/0");
        String id = first.at("/raylet/nodeId").asString();

        assertThat(client.get("/nodes/" + id).json().at("/data/detail/ip").asString())
                .isEqualTo(first.path("ip").asString());
        assertThat(client.get("/nodes/abc").json().at("/data/detail").size()).isZero();
    }

    @Test
    void stateApiFiltersLimitsAndCounts() throws IOException {
        client.post("/api/jobs/", submit("pi-state", PI));
        JsonNode head =
                client.get(
                                "/api/v0/nodes?filter_keys=is_head_node&filter_predicates=%21%3D"
                                        + "&filter_values=true")
                        .json()
                        .at("/data/result");

        assertThat(head.path("total").asInt()).isEqualTo(2);
        assertThat(head.path("num_filtered").asInt()).isEqualTo(1);
        assertThat(client.get("/api/v0/nodes?limit=1").json().at("/data/result/result").size())
                .isEqualTo(1);
        Client.Reply tooMany = client.get("/api/v0/nodes?limit=10001");
        assertThat(tooMany.status()).isEqualTo(400);
        assertThat(tooMany.json().path("msg").asString()).contains("limit 10001 exceeds");
        JsonNode tasks =
                client.get("/api/v0/tasks/summarize")
                        .json()
                        .at("/data/result/result/node_id_to_summary/cluster");
        assertThat(tasks.at("/summary/sample/state_counts").size()).isPositive();
        assertThat(tasks.path("total_tasks").asInt()).isPositive();
        for (String empty : List.of("workers", "objects", "runtime_envs")) {
            assertThat(client.get("/api/v0/" + empty).json().at("/data/result/total").asInt())
                    .isZero();
        }
    }

    @Test
    void healthNeedsNoToken(@TempDir Path folder) throws IOException {
        try (SimulatorServer guarded =
                SimulatorServer.start(
                        cluster(1), SimulatorOptions.defaults(folder).withToken("secret"))) {
            Client other = new Client(guarded.dashboardUrl());
            for (String path :
                    List.of(
                            "api/healthz",
                            "api/gcs_healthz",
                            "api/local_raylet_healthz",
                            "-/healthz")) {
                assertThat(other.get("/" + path)).isEqualTo(new Client.Reply(200, "success"));
            }
        }
    }

    @Test
    void piJobWorksOnEveryGpuAndSpeaksTheContract() throws Exception {
        client.post("/api/jobs/", submit("pi-1", PI));
        String log = tail("pi-1");
        List<JsonNode> lines =
                log.lines().filter(line -> line.startsWith("{")).map(Json::read).toList();
        Set<String> places = new HashSet<>();
        lines.stream()
                .filter(line -> line.path("step").asString().equals("task"))
                .forEach(line -> places.add(line.path("nodeId") + "/" + line.path("gpuUuid")));
        JsonNode end = lines.getLast();

        assertThat(places).hasSize(4);
        assertThat(end.path("result").asString()).isEqualTo("ok");
        double pi = end.path("pi").asDouble();
        assertThat(Math.abs(pi - Math.PI))
                .isLessThan(5 * Math.sqrt(Math.PI * (4 - Math.PI) / 4_000_000));
        assertKeysOfContract(lines, "pi-job.jsonl");
        assertThat(client.get("/api/jobs/pi-1").json().path("status").asString())
                .isEqualTo("SUCCEEDED");
        assertThat(client.get("/api/jobs/pi-1/logs").json().path("logs").asString()).isEqualTo(log);
    }

    @Test
    void fabricJobReducesBetweenAllNodesAndSpeaksTheContract() throws Exception {
        client.post("/api/jobs/", submit("fabric-1", FABRIC));
        List<JsonNode> lines =
                tail("fabric-1")
                        .lines()
                        .filter(line -> line.startsWith("{"))
                        .map(Json::read)
                        .toList();

        assertThat(lines)
                .extracting(line -> line.path("step").asString())
                .contains("fabric.tcp", "fabric.transport", "fabric.allreduce", "fabric.pair")
                .endsWith("fabric.end");
        assertKeysOfContract(lines, "fabric-job.jsonl");
        assertThat(client.get("/api/jobs/fabric-1").json().path("status").asString())
                .isEqualTo("SUCCEEDED");
    }

    @Test
    void fabricJobThatAsksForMoreNodesThanThereAreFails() throws Exception {
        client.post("/api/jobs/", submit("fabric-big", FABRIC.replace("--nodes 2", "--nodes 3")));

        assertThat(tail("fabric-big")).contains("3 node(s) with 2 GPU(s) wanted, 1 missing");
    }

    @Test
    void jobThatAsksForMoreGpusThanThereAreFailsWithItsReason() throws Exception {
        client.post("/api/jobs/", submit("pi-big", PI.replace("--nodes 2", "--nodes 3")));

        assertThat(tail("pi-big")).contains("3 node(s) with 2 GPU(s) wanted, 1 missing");
        assertThat(client.get("/api/jobs/pi-big").json().path("driver_exit_code").asInt())
                .isEqualTo(1);
    }

    @Test
    void runningJobCanBeStoppedAndOnlyThenDeleted() throws IOException {
        client.post("/api/jobs/", submit("pi-stop", PI));

        assertThat(client.send(client.request("/api/jobs/pi-stop").delete().build()).status())
                .isEqualTo(500);
        assertThat(client.post("/api/jobs/pi-stop/stop", "").json().path("stopped").asBoolean())
                .isTrue();
        assertThat(client.send(client.request("/api/jobs/pi-stop").delete().build()).status())
                .isEqualTo(200);
        assertThat(client.get("/api/jobs/pi-stop"))
                .isEqualTo(new Client.Reply(404, "Job pi-stop does not exist"));
    }

    @Test
    void browserLikeWritesAreRefused() throws IOException {
        RequestBody body = RequestBody.create(submit("x", PI), MediaType.get("application/json"));

        for (String header : List.of("Origin", "Referer", "Sec-Fetch-Mode")) {
            assertThat(
                            client.send(
                                            client.request("/api/jobs/")
                                                    .header(header, "http://a")
                                                    .post(body)
                                                    .build())
                                    .status())
                    .isEqualTo(405);
        }
        assertThat(client.get("/api/jobs").status()).isEqualTo(404);
    }

    @Test
    void tokenIsAskedForWhereThereIsOne(@TempDir Path folder) throws IOException {
        try (SimulatorServer guarded =
                SimulatorServer.start(
                        cluster(1), SimulatorOptions.defaults(folder).withToken("secret"))) {
            Client other = new Client(guarded.dashboardUrl());

            assertThat(other.get("/api/authentication_mode").body()).contains("token");
            assertThat(other.get("/api/version").status()).isEqualTo(401);
            assertThat(
                            other.send(
                                            other.request("/api/version")
                                                    .header("Authorization", "Bearer wrong")
                                                    .build())
                                    .status())
                    .isEqualTo(403);
            assertThat(
                            other.send(
                                            other.request("/api/version")
                                                    .header("X-Ray-Authorization", "Bearer secret")
                                                    .build())
                                    .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void packageIsThereAfterItsUpload() throws IOException {
        String path = "/api/packages/gcs/_ray_pkg_1.zip";
        RequestBody zip = RequestBody.create(new byte[] {1, 2}, null);

        assertThat(client.get(path).status()).isEqualTo(404);
        assertThat(client.send(client.request(path).put(zip).build()).status()).isEqualTo(200);
        assertThat(client.get(path).status()).isEqualTo(200);
    }

    @Test
    void modelThatDoesNotFitEndsTheEngineWithVllmsMessage(@TempDir Path folder) throws Exception {
        try (SimulatorServer small =
                SimulatorServer.start(
                        cluster(1),
                        SimulatorOptions.defaults(folder)
                                .withManualEngine(Duration.ofMillis(10)))) {
            Client control = new Client(small.dashboardUrl());
            Path log = folder.resolve("engine.log");
            control.post(
                    "/simulator/engine",
                    "{\"argv\":[\"vllm\",\"serve\",\"meta-llama/Llama-3.1-405B\",\"-tp\",\"1\"],"
                            + "\"log\":"
                            + Json.quote(log.toString())
                            + "}");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            JsonNode state = control.get("/simulator/engine").json();
            while (!state.has("exitStatus") && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
                state = control.get("/simulator/engine").json();
            }

            assertThat(state.path("exitStatus").asInt()).isEqualTo(1);
            assertThatThrownBy(() -> new Client(small.vllmUrl()).get("/health"))
                    .as("a process that has ended")
                    .isInstanceOf(IOException.class);
            assertThat(Files.readString(log))
                    .startsWith("# SIMULATED")
                    .contains("torch.OutOfMemoryError: CUDA out of memory.");
        }
    }

    private static void assertKeysOfContract(List<JsonNode> lines, String file) throws IOException {
        Path contract = Path.of("../scenarios/contract", file);
        List<JsonNode> golden = Files.readAllLines(contract).stream().map(Json::read).toList();
        for (JsonNode line : lines) {
            String step = line.path("step").asString();
            JsonNode same =
                    golden.stream()
                            .filter(known -> known.path("step").asString().equals(step))
                            .findFirst()
                            .orElseThrow();
            assertThat(line.propertyNames()).containsExactlyElementsOf(same.propertyNames());
        }
    }

    private static String submit(String id, String entrypoint) {
        return Json.write(Json.object().put("entrypoint", entrypoint).put("submission_id", id));
    }

    /** The whole log by WebSocket; returns when the server closes it. */
    private static String tail(String id)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<String> whole = new CompletableFuture<>();
        StringBuilder text = new StringBuilder();
        WebSocket socket =
                client.http()
                        .newWebSocket(
                                client.request("/api/jobs/" + id + "/logs/tail").build(),
                                new WebSocketListener() {
                                    @Override
                                    public void onMessage(WebSocket from, String batch) {
                                        text.append(batch);
                                    }

                                    @Override
                                    public void onClosing(WebSocket from, int code, String why) {
                                        whole.complete(text.toString());
                                    }

                                    @Override
                                    public void onFailure(
                                            WebSocket from, Throwable why, Response response) {
                                        whole.completeExceptionally(why);
                                    }
                                });
        String log = whole.get(30, TimeUnit.SECONDS);
        socket.close(1000, null);
        return log;
    }

    private static SimulatedCluster cluster(int gpus) {
        return new SimulatedCluster(
                2,
                gpus,
                "H100-SXM-80GB",
                SimulatedEngine.of("builtin:tiny", new SimulatedEngine.Split(1, 1, 1)));
    }
}
