package dev.shakedown.harness.cluster.endpoint;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks somebody's Ray dashboard who it is and which nodes are alive; changes nothing. */
public final class RayProbe {
    /** A node that is alive. */
    public record Node(String id, String ip, String hostname, int gpus, boolean head) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final OkHttpClient http = new OkHttpClient.Builder().callTimeout(TIMEOUT).build();
    private final URI dashboard;

    public RayProbe(URI dashboard) {
        this.dashboard = dashboard;
    }

    /** Ray's version. */
    public String version() throws IOException {
        return get("api/version").path("ray_version").asString("unknown");
    }

    /** The nodes that are alive; a node that was restarted leaves a dead one behind. */
    public List<Node> nodes() throws IOException {
        List<Node> nodes = new ArrayList<>();
        for (JsonNode node : get("api/v0/nodes").path("data").path("result").path("result")) {
            if (node.path("state").asString("").equals("ALIVE")) {
                nodes.add(
                        new Node(
                                node.path("node_id").asString(""),
                                node.path("node_ip").asString(""),
                                node.path("node_name").asString(""),
                                (int) node.path("resources_total").path("GPU").asDouble(0),
                                node.path("is_head_node").asBoolean(false)));
            }
        }
        return nodes;
    }

    private JsonNode get(String path) throws IOException {
        HttpUrl base = HttpUrl.get(dashboard);
        if (base == null) {
            throw new IOException("not an http or https address: " + dashboard);
        }
        // Ray refuses what looks like a browser: no Origin, no Referer.
        Request request =
                new Request.Builder().url(base.newBuilder().addPathSegments(path).build()).build();
        try (Response response = http.newCall(request).execute()) {
            String body = response.body().string();
            if (!response.isSuccessful()) {
                throw new EndpointException("GET " + request.url(), response.code(), body.strip());
            }
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            throw new IOException(request.url() + " did not answer JSON", notJson);
        }
    }
}
