package dev.shakedown.harness.cluster.local;

import dev.shakedown.harness.cluster.Cluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a dashboard which nodes live. A dashboard that does not answer yet knows of none. */
final class RayNodesQuery {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final OkHttpClient http = new OkHttpClient.Builder().callTimeout(TIMEOUT).build();
    private final String dashboard;
    private final String token;

    RayNodesQuery(String dashboard, String token) {
        this.dashboard = dashboard;
        this.token = token;
    }

    List<Cluster.Node> alive() {
        Request request =
                new Request.Builder()
                        .url(dashboard + "/api/v0/nodes")
                        .header("Authorization", "Bearer " + token)
                        .build();
        try (Response response = http.newCall(request).execute()) {
            return response.isSuccessful() ? parse(response.body().string()) : List.of();
        } catch (IOException | JacksonException e) {
            return List.of();
        }
    }

    static List<Cluster.Node> parse(String json) {
        List<Cluster.Node> nodes = new ArrayList<>();
        for (JsonNode node : JSON.readTree(json).path("data").path("result").path("result")) {
            if (node.path("state").asString("").equals("ALIVE")) {
                nodes.add(
                        new Cluster.Node(
                                node.path("node_id").asString(""),
                                node.path("node_ip").asString(""),
                                node.path("node_name").asString(""),
                                node.path("resources_total").path("GPU").asInt(0),
                                node.path("is_head_node").asBoolean(false)));
            }
        }
        return nodes;
    }
}
